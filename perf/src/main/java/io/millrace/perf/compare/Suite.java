package io.millrace.perf.compare;

/** What one command measures: the sections that belong together. */
enum Suite {
    LOG,
    TRANSPORT
}
