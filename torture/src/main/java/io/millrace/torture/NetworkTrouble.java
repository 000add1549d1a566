package io.millrace.torture;

import java.util.SplittableRandom;

/** What may happen in a network run. */
enum NetworkTrouble {
    /** The network gets other faults, or none, in each direction. */
    CHANGE(8),
    /** Nothing gets through in one direction, or in both, for a while. */
    CUT(3),
    /** The link itself is broken for a while, where there is one. */
    BREAK_LINK(3),
    /** The node is killed, and started again. */
    KILL_NODE(3),
    /** A publisher is killed, and another life of it begins. */
    KILL_PUBLISHER(3),
    /** One that reads is killed, and goes on where it was, or where its group or queue is. */
    KILL_READER(3),
    /** The node stands still. */
    PAUSE_NODE(2),
    /** A client stands still. */
    PAUSE_CLIENT(2),
    /** A publisher stands still until the node has given it up; its successor takes over; then it goes on. */
    TAKE_OVER(2),
    /** A member or a consumer stands still until its lease has passed and others have what it had; then it goes on beside them. */
    OUTLIVE(3);

    private final int weight;

    NetworkTrouble(final int weight) {
        this.weight = weight;
    }

    /** How often it happens, beside the others. */
    int weight() {
        return weight;
    }

    /** Draws one. */
    static NetworkTrouble draw(final SplittableRandom random) {
        int sum = 0;
        for (final NetworkTrouble trouble : values()) {
            sum += trouble.weight;
        }
        int drawn = random.nextInt(sum);
        for (final NetworkTrouble trouble : values()) {
            drawn -= trouble.weight;
            if (drawn < 0) {
                return trouble;
            }
        }
        throw new IllegalStateException("weights of troubles");
    }
}
