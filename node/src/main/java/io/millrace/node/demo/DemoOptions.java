package io.millrace.node.demo;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What the user of the demo may choose.
 *
 * @param data      file of trades, or null for the trades that come with the program.
 * @param speed     how many times faster than recorded, above 0; {@link #MAX_SPEED} does not wait at all.
 * @param directory of the node, kept at the end; or null for a temporary one, deleted at the end.
 * @param duration  after which the input ends, above 0; or null to feed the whole file.
 * @param port      UDP port of the node on the loopback interface, 0 for any free one.
 */
public record DemoOptions(Path data, BigDecimal speed, Path directory, Duration duration, int port) {
    /** The speed that does not wait at all. */
    public static final BigDecimal MAX_SPEED = BigDecimal.ZERO;

    boolean isMaxSpeed() {
        return speed.signum() == 0;
    }
}
