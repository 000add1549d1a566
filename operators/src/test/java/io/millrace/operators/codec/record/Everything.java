package io.millrace.operators.codec.record;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.Supplier;

/** A record that has a component of every kind, and random values of it. */
record Everything(
        boolean flag,
        byte int8,
        short int16,
        char char16,
        int int32,
        long int64,
        float float32,
        double float64,
        Boolean boxedFlag,
        Integer boxedInt32,
        Double boxedFloat64,
        String text,
        Blob blob,
        Side side,
        BigDecimal decimal,
        BigInteger integer,
        Instant instant,
        Duration duration,
        LocalDate date,
        LocalTime time,
        LocalDateTime dateTime,
        UUID uuid,
        Inner inner,
        List<String> texts,
        List<Integer> numbers,
        List<Inner> inners,
        List<List<BigDecimal>> decimals,
        Map<String, Inner> named,
        Map<String, Long> counts) {

    enum Side {
        BUY,
        SELL,
        SELL_SHORT {
            @Override
            public String toString() {
                return "a constant with a class of its own";
            }
        }
    }

    record Inner(int number, String text, Instant instant, Deep deep) {}

    record Deep(double number, byte small) {}

    /** Records compare arrays by identity; here they are to be compared by what they hold. */
    record Blob(byte[] bytes) {
        @Override
        public boolean equals(final Object other) {
            return other instanceof Blob blob && Arrays.equals(bytes, blob.bytes);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }
    }

    static Everything random(final SplittableRandom random) {
        return new Everything(
                random.nextBoolean(),
                (byte) random.nextInt(),
                (short) random.nextInt(),
                (char) random.nextInt(),
                number(random),
                random.nextLong(),
                Float.intBitsToFloat(number(random)),
                Double.longBitsToDouble(random.nextLong()),
                orNull(random, random::nextBoolean),
                orNull(random, random::nextInt),
                orNull(random, () -> random.nextBoolean() ? Double.NaN : -0.0),
                orNull(random, () -> text(random)),
                orNull(random, () -> new Blob(orNull(random, () -> bytes(random, random.nextInt(10))))),
                orNull(random, () -> Side.values()[random.nextInt(3)]),
                orNull(random, () -> decimal(random)),
                orNull(random, () -> integer(random)),
                orNull(random, () -> instant(random)),
                orNull(random, () -> Duration.ofSeconds(random.nextLong(), random.nextInt(1_000_000_000))),
                orNull(random, () -> date(random)),
                orNull(random, () -> time(random)),
                orNull(random, () -> LocalDateTime.of(date(random), time(random))),
                orNull(random, () -> new UUID(random.nextLong(), random.nextLong())),
                orNull(random, () -> inner(random)),
                orNull(random, () -> list(random, () -> text(random))),
                orNull(random, () -> list(random, random::nextInt)),
                orNull(random, () -> list(random, () -> inner(random))),
                orNull(random, () -> list(random, () -> list(random, () -> decimal(random)))),
                orNull(random, () -> map(random, () -> inner(random))),
                orNull(random, () -> map(random, random::nextLong)));
    }

    private static <T> T orNull(final SplittableRandom random, final Supplier<T> value) {
        return random.nextInt(5) == 0 ? null : value.get();
    }

    private static int number(final SplittableRandom random) {
        return random.nextInt() >> random.nextInt(32);
    }

    static String text(final SplittableRandom random) {
        final StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(6); i > 0; i--) {
            text.appendCodePoint("az09éß€😀".codePointAt(random.nextInt(8)));
        }
        return text.toString();
    }

    private static byte[] bytes(final SplittableRandom random, final int length) {
        final byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static BigInteger integer(final SplittableRandom random) {
        return switch (random.nextInt(4)) {
            case 0 -> BigInteger.valueOf(random.nextInt(-300, 300));
            case 1 -> BigInteger.ONE.shiftLeft(random.nextInt(70)).negate();
            case 2 -> BigInteger.ONE.shiftLeft(random.nextInt(70)).subtract(BigInteger.ONE);
            default -> new BigInteger(bytes(random, 1 + random.nextInt(30)));
        };
    }

    private static BigDecimal decimal(final SplittableRandom random) {
        return new BigDecimal(integer(random), number(random));
    }

    private static Instant instant(final SplittableRandom random) {
        return switch (random.nextInt(8)) {
            case 0 -> Instant.MIN;
            case 1 -> Instant.MAX;
            default -> Instant.ofEpochSecond(number(random), random.nextInt(1_000_000_000));
        };
    }

    private static LocalDate date(final SplittableRandom random) {
        return switch (random.nextInt(8)) {
            case 0 -> LocalDate.MIN;
            case 1 -> LocalDate.MAX;
            default -> LocalDate.ofEpochDay(number(random) / 10);
        };
    }

    private static LocalTime time(final SplittableRandom random) {
        return LocalTime.ofNanoOfDay(random.nextLong(LocalTime.MAX.toNanoOfDay() + 1));
    }

    private static Inner inner(final SplittableRandom random) {
        return new Inner(
                number(random),
                orNull(random, () -> text(random)),
                orNull(random, () -> instant(random)),
                orNull(random, () -> new Deep(random.nextDouble(), (byte) random.nextInt())));
    }

    private static <T> List<T> list(final SplittableRandom random, final Supplier<T> value) {
        final List<T> list = random.nextBoolean() ? new ArrayList<>() : new LinkedList<>();
        for (int i = random.nextInt(5); i > 0; i--) {
            list.add(value.get());
        }
        return list;
    }

    private static <T> Map<String, T> map(final SplittableRandom random, final Supplier<T> value) {
        final Map<String, T> map = new HashMap<>();
        for (int i = random.nextInt(5); i > 0; i--) {
            map.put(text(random), value.get());
        }
        return map;
    }
}
