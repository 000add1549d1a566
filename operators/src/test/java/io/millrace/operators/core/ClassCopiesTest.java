package io.millrace.operators.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.IntUnaryOperator;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

class ClassCopiesTest {
    private final ClassCopies copies = new ClassCopies();

    @Test
    void shouldGiveEachPositionAClassOfItsOwn() {
        final Tally first = copies.instantiate(Tally.class, CountingTally.class, 1);
        final Tally second = new ClassCopies().instantiate(Tally.class, CountingTally.class, 1);

        assertNotSame(first.getClass(), second.getClass());
        assertNotSame(CountingTally.class, first.getClass());
        assertTrue(copies.isCopying());
        assertNull(copies.fallbackReason());
    }

    @Test
    void shouldUseOneClassForAllObjectsOfAPosition() {
        final Tally first = copies.instantiate(Tally.class, CountingTally.class, 1);
        final Tally second = copies.instantiate(Tally.class, CountingTally.class, 1);

        assertNotSame(first, second);
        assertSame(first.getClass(), second.getClass());
    }

    @Test
    void shouldKeepStateOfObjectsApart() {
        final Tally first = copies.instantiate(Tally.class, CountingTally.class, 10);
        final Tally second = copies.instantiate(Tally.class, CountingTally.class, 20);

        first.add(1);
        second.add(2);

        assertEquals(11, first.sum());
        assertEquals(22, second.sum());
    }

    @Test
    void shouldCopyEachClassOfAPosition() {
        final Tally tally = copies.instantiate(Tally.class, CountingTally.class, 1);
        final IntUnaryOperator scale = copies.instantiate(IntUnaryOperator.class, Scale.class, 3);

        assertTrue(tally.getClass().isHidden());
        assertTrue(scale.getClass().isHidden());
        assertEquals(12, scale.applyAsInt(4));
    }

    @Test
    void shouldCallLambdasThatAreHandedToACopy() {
        final List<String> received = new ArrayList<>();
        final Operator<String> end = new Collecting(received);
        final Function<String, String> twice = text -> text + text;
        final Predicate<String> isLong = text -> text.length() > 2;

        final Operator<?> filter = copies.instantiate(Operator.class, FilterOperator.class, noFailures(), isLong, end);
        final Operator<?> map = copies.instantiate(Operator.class, MapOperator.class, noFailures(), twice, filter);
        process(map, "a");
        process(map, "bc");

        assertEquals(List.of("bcbc"), received);
        assertTrue(map.getClass().isHidden());
        assertTrue(filter.getClass().isHidden());
    }

    @Test
    void shouldLetACopyUsePrivateMembersOfItsNest() {
        final IntSupplier supplier = copies.instantiate(IntSupplier.class, WithNest.class);

        assertEquals(42, supplier.getAsInt());
        assertTrue(supplier.getClass().isHidden());
    }

    @Test
    void shouldLetExceptionsOfAConstructorComeOutAsTheyAre() {
        assertEquals(
                "disk",
                assertThrows(
                                IOException.class,
                                () -> copies.instantiate(Object.class, Failing.class, new IOException("disk")))
                        .getMessage());
        assertThrows(
                StackOverflowError.class,
                () -> copies.instantiate(Object.class, Failing.class, new StackOverflowError()));
        assertThrows(
                IllegalArgumentException.class,
                () -> copies.instantiate(Object.class, Failing.class, new IllegalArgumentException("mine")));
    }

    @Test
    void shouldTellWhichArgumentsDoNotFit() {
        final IllegalArgumentException e = assertThrows(
                IllegalArgumentException.class, () -> copies.instantiate(Tally.class, CountingTally.class, "one"));

        assertTrue(e.getMessage().contains("CountingTally: it takes [int], given [one]"), e.getMessage());
    }

    @Test
    void shouldRefuseAClassWithoutExactlyOnePublicConstructor() {
        final IllegalArgumentException e = assertThrows(
                IllegalArgumentException.class, () -> copies.instantiate(Object.class, TwoConstructors.class, 1));

        assertTrue(e.getMessage().endsWith("TwoConstructors has 2"), e.getMessage());
        assertTrue(copies.isCopying());
    }

    @Test
    void shouldUseAClassWithLambdasOfItsOwnItself() {
        final IntUnaryOperator operator = copies.instantiate(IntUnaryOperator.class, WithLambda.class);

        assertEquals(8, operator.applyAsInt(7));
        assertEquals(10, operator.applyAsInt(8));
        assertFellBack(operator, WithLambda.class, "it has lambdas or references to methods of its own");
    }

    @Test
    void shouldUseAClassWithInnerClassesThatSeeItItself() {
        final IntSupplier supplier = copies.instantiate(IntSupplier.class, WithInner.class);

        assertEquals(5, supplier.getAsInt());
        assertFellBack(supplier, WithInner.class, "VerifyError");
    }

    @Test
    void shouldUseAClassWhoseBytesAreNotFoundItself() throws Exception {
        final Class<?> withoutFile = ClassCopies.copyOf(Scale.class);

        final IntUnaryOperator scale =
                copies.instantiate(IntUnaryOperator.class, withoutFile.asSubclass(IntUnaryOperator.class), 3);

        assertEquals(12, scale.applyAsInt(4));
        assertFellBack(scale, withoutFile, "its class loader does not find");
    }

    @Test
    void shouldUseAClassOfAnotherLoaderItself() throws Exception {
        final Class<?> foreign = new OwnLoader().loadClass(Scale.class.getName());

        final IntUnaryOperator scale =
                copies.instantiate(IntUnaryOperator.class, foreign.asSubclass(IntUnaryOperator.class), 3);

        assertEquals(12, scale.applyAsInt(4));
        assertFellBack(scale, foreign, "IllegalAccessException");
    }

    @Test
    void shouldGoOnCopyingAfterAClassCouldNotBeCopied() {
        copies.instantiate(IntUnaryOperator.class, WithLambda.class);
        copies.instantiate(IntSupplier.class, WithInner.class);

        assertTrue(copies.instantiate(Tally.class, CountingTally.class, 1)
                .getClass()
                .isHidden());
        assertFalse(copies.isCopying());
        assertTrue(copies.fallbackReason().contains("WithLambda"), copies.fallbackReason());
    }

    @Test
    void shouldLetACopyGoWithItsLastObject() {
        final WeakReference<Class<?>> copy = new WeakReference<>(new ClassCopies()
                .instantiate(Tally.class, CountingTally.class, 1)
                .getClass());

        final long deadlineNs = System.nanoTime() + 30_000_000_000L;
        while (copy.get() != null) {
            assertTrue(System.nanoTime() < deadlineNs, "the class is still there after 30 s of collecting");
            System.gc();
        }
    }

    private void assertFellBack(final Object object, final Class<?> type, final String reason) {
        assertSame(type, object.getClass());
        assertFalse(copies.isCopying());
        assertTrue(copies.fallbackReason().startsWith(type.getName() + " was not copied: "), copies.fallbackReason());
        assertTrue(copies.fallbackReason().contains(reason), copies.fallbackReason());
    }

    private static FailureHandler noFailures() {
        return (context, cause) -> {
            throw new AssertionError(cause);
        };
    }

    @SuppressWarnings("unchecked")
    private static void process(final Operator<?> operator, final String value) {
        ((Operator<String>) assertInstanceOf(Operator.class, operator)).process(new RecordContext(), value);
    }

    /** What objects of a copy are used by. */
    public abstract static class Tally {
        abstract void add(int value);

        abstract int sum();
    }

    /** Package-private, as operators may be, with a private method and a static field. */
    static final class CountingTally extends Tally {
        private static final int[] STEP = {1};
        private int sum;

        public CountingTally(final int start) {
            sum = start;
        }

        @Override
        void add(final int value) {
            sum += scaled(value);
        }

        private int scaled(final int value) {
            return value * STEP[0];
        }

        @Override
        int sum() {
            return sum;
        }
    }

    public static final class Scale implements IntUnaryOperator {
        private final int factor;

        public Scale(final int factor) {
            this.factor = factor;
        }

        @Override
        public int applyAsInt(final int operand) {
            return operand * factor;
        }
    }

    public static final class WithNest implements IntSupplier {
        private final Nested nested = new Nested(42);

        public WithNest() {}

        @Override
        public int getAsInt() {
            return nested.value;
        }

        private static final class Nested {
            private final int value;

            private Nested(final int value) {
                this.value = value;
            }
        }
    }

    public static final class Failing {
        public Failing(final Throwable cause) throws Throwable {
            throw cause;
        }
    }

    public static final class TwoConstructors {
        public TwoConstructors() {}

        public TwoConstructors(final int value) {
            assertEquals(1, value);
        }
    }

    public static final class WithLambda implements IntUnaryOperator {
        private int calls;

        public WithLambda() {}

        @Override
        public int applyAsInt(final int operand) {
            final IntUnaryOperator add = x -> x + ++calls;
            return add.applyAsInt(operand);
        }
    }

    public static final class WithInner implements IntSupplier {
        private final int value = Integer.parseInt("5");

        public WithInner() {}

        @Override
        public int getAsInt() {
            return new Inner().read();
        }

        private final class Inner {
            int read() {
                return value;
            }
        }
    }

    private record Collecting(List<String> received) implements Operator<String> {
        @Override
        public void process(final RecordContext context, final String value) {
            received.add(value);
        }

        @Override
        public void onWatermark(final RecordContext context, final long watermarkNs) {}

        @Override
        public void onLogTime(final RecordContext context, final long logTimeNs) {}
    }

    /** Defines {@link Scale} anew, as the loader of an application in a container would. */
    private static final class OwnLoader extends ClassLoader {
        @Override
        protected Class<?> loadClass(final String name, final boolean resolve) throws ClassNotFoundException {
            if (!name.equals(Scale.class.getName())) {
                return super.loadClass(name, resolve);
            }
            try (InputStream input = getResourceAsStream(name.replace('.', '/') + ".class")) {
                final byte[] bytes = input.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (final IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
