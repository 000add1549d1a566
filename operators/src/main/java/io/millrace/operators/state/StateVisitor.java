package io.millrace.operators.state;

import org.agrona.DirectBuffer;

/**
 * Is given the state of a step, see {@link StateView}. The bytes of a key are valid inside the call; a value is the visitor's
 * to keep.
 */
public interface StateVisitor {
    /**
     * A value of a key.
     *
     * @param key    buffer that holds the key.
     * @param offset at which the key begins.
     * @param length of the key in bytes.
     * @param cell   of a processor that holds the value; empty for other steps.
     * @param value  that is kept.
     */
    void onValue(DirectBuffer key, int offset, int length, String cell, Object value);

    /**
     * A window of a key that is open. Where a window is aggregated in two halves, the same window may come from several tasks;
     * its state is that of all copies combined.
     *
     * @param key     buffer that holds the key.
     * @param offset  at which the key begins.
     * @param length  of the key in bytes.
     * @param startNs the first event time that belongs to the window, in ns since the epoch.
     * @param endNs   the first event time that no longer belongs to it, in ns since the epoch.
     * @param state   of the window.
     */
    void onWindow(DirectBuffer key, int offset, int length, long startNs, long endNs, StateCopy state);

    /**
     * A timer of a key.
     *
     * @param key         buffer that holds the key.
     * @param offset      at which the key begins.
     * @param length      of the key in bytes.
     * @param isEventTime true for a timer in event time, false for one in log time.
     * @param timeNs      at which it is due, in ns since the epoch.
     */
    void onTimer(DirectBuffer key, int offset, int length, boolean isEventTime, long timeNs);
}
