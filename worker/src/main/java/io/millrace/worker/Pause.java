package io.millrace.worker;

/** Thrown by a handler of records that cannot take one just now, so that it is handed out again. There is one, without a trace. */
final class Pause extends RuntimeException {
    static final Pause INSTANCE = new Pause();

    private static final long serialVersionUID = 1L;

    private Pause() {
        super("not now", null, false, false);
    }
}
