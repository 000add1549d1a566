package io.millrace.node.message;

/** A number as it was written, so that no digit of it is lost. */
record JsonNumber(String text, boolean isWhole) {
    @Override
    public String toString() {
        return text;
    }
}
