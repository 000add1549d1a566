package io.millrace.testkit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Lets the tests of a class take a {@link TestDrivers}, a {@link VirtualClock} or a {@link io.millrace.log.LogStore} as a
 * parameter, and cleans up after each.
 *
 * <pre>{@code
 * @MillraceTest
 * class CandlesTest {
 *     @Test
 *     void shouldCountTrades(TestDrivers drivers) {
 *         TopologyTestDriver driver = drivers.of(Candles.topology()).partitions("trades", 3).start();
 *         …
 *     }
 * }
 * }</pre>
 */
@Documented
@Inherited
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(MillraceExtension.class)
public @interface MillraceTest {}
