package io.millrace.perf.compare;

/**
 * One column of figures that contenders are compared by.
 *
 * @param name  in the processes' results and in JSON.
 * @param title for people.
 * @param unit  that it is shown in.
 */
record Figure(String name, String title, Unit unit) {}
