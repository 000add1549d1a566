package io.millrace.operators.codec.record;

import io.millrace.operators.codec.Codec;
import java.io.IOException;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Java records as values. What their bytes are is derived once, when the codec is made, from the components of the record
 * class; a value is then read and written without reflection and without boxes, and a record of primitives costs no
 * object but itself. The class may be private, local or nested; its accessors and its canonical constructor are called.
 * Records of up to some fifty components are compiled in one piece; one of a hundred works, and takes longer for each.
 *
 * <p>Components may be
 *
 * <ul>
 *   <li>primitive types; their boxes, which may be null;
 *   <li>{@code String}, {@code byte[]}, enums, {@code BigDecimal} (exact: unscaled value and scale), {@code BigInteger},
 *       {@code Instant}, {@code Duration}, {@code LocalDate}, {@code LocalTime}, {@code LocalDateTime}, {@code UUID}, which
 *       may be null;
 *   <li>other records, which may be null, but none that holds itself;
 *   <li>{@code List<T>} and {@code Map<String, T>} of these, which may be null and whose elements, keys and values may
 *       not. Those that are read can not be changed.
 * </ul>
 *
 * <p>{@code Optional}, arrays other than {@code byte[]}, interfaces and type variables are not supported.
 *
 * <h2>Bytes</h2>
 *
 * Everything is little-endian, nothing is aligned. A value is a fingerprint, then the block of each component in the order
 * in which the class declares them, then the tails: what is of variable length, in the same order.
 *
 * <pre>
 *   0          4                              4 + sum of the blocks
 *   +----------+---------+---------+----------+--------+--------+------
 *   | uint32   | block 1 | block 2 | block 3… | tail 1 | tail 3 | …
 *   +----------+---------+---------+----------+--------+--------+------
 *    fingerprint
 *
 *   component         block                                    tail                       in the fingerprint
 *   boolean           uint8, 0 or 1                            -                          bool
 *   byte short        int8 int16                               -                          int8 int16
 *   int long          int32 int64                              -                          int32 int64
 *   char              uint16                                   -                          char16
 *   float double      IEEE 754, 4 or 8 bytes                   -                          float32 float64
 *   enum              uint32 code, 0: null                     -                          enum
 *   String            int32 length, -1: null                   UTF-8                      string
 *   byte[]            int32 length, -1: null                   the bytes                  bytes
 *   BigInteger        int32 length, -1: null                   two's complement, fewest   integer
 *                                                              bytes, highest first
 *   BigDecimal        int32 scale, int32 length, -1: null      unscaled, as BigInteger    decimal
 *   List of T         int32 count, -1: null                    each: block T, tail T      [T]
 *   Map of T          int32 count, -1: null                    each: int32 key length,    &lt;T&gt;
 *                                                              block T, key, tail T
 *   box of T          uint8 0: null or 1, block T              -                          T?
 *   Instant Duration  uint8 0: null or 1, int64 s, int32 ns    -                          instant? duration?
 *   LocalDate         uint8 0: null or 1, int32 year,          -                          date?
 *                     uint8 month, uint8 day
 *   LocalTime         uint8 0: null or 1, int64 ns of the day  -                          time?
 *   LocalDateTime     uint8 0: null or 1, date, time           -                          datetime?
 *   UUID              uint8 0: null or 1, 2 x int64, high one  -                          uuid?
 *                     first
 *   record            uint8 0: null or 1, its blocks           its tails                  {name:T,name:T}?
 * </pre>
 *
 * Elements of lists and values of maps are never null and go without that first byte, and without the question mark. A
 * block behind a 0 is all zeros. The entries of a map stand in the order of their keys by {@link String#compareTo}. The
 * code of an enum's constant is the CRC-32C of its name in UTF-8.
 *
 * <p>Equal values have equal bytes. For numbers, equal is what it is to records: there is one not-a-number, 0.0 and -0.0
 * differ, and so do the decimals 1.0 and 1.00. A byte array counts by its content, although to records it does not.
 *
 * <h2>Changes</h2>
 *
 * The fingerprint is the CRC-32C, in UTF-8, of the names and types of the components, such as
 * {@code {symbol:string,price:decimal,sizes:[int64]}}. Bytes of a record that has other components, or the same under other
 * names or in another order, are refused by it; they are never read as something that they are not. The record class
 * itself may be renamed, and so may its package. The constants of an enum are no part of it: they may be added and
 * reordered, and one that was renamed or removed is refused where it appears.
 *
 * <p>Bytes that are cut short, or whose lengths promise more than there is, are refused before room is made for them.
 *
 * @param <T> type of the records.
 */
public final class RecordCodec<T extends Record> implements Codec<T> {
    private static final Logger LOGGER = LoggerFactory.getLogger(RecordCodec.class);

    private final Codec<T> codec;

    /**
     * Derives a codec, which takes some milliseconds.
     *
     * @param type of the records.
     * @throws IllegalArgumentException if some components can not be values; it names them all, and what is allowed.
     */
    public RecordCodec(final Class<T> type) {
        this.codec = codecOf(new RecordLayout(type, Derivation.of(type)));
    }

    private static <T extends Record> Codec<T> codecOf(final RecordLayout layout) {
        try {
            return HiddenCopy.of(layout);
        } catch (final IOException | ReflectiveOperationException | RuntimeException | LinkageError e) {
            LOGGER.warn("record {} has no class of its own and will be read and written more slowly", layout.name(), e);
            return new RecordTaskCodec<>(layout);
        }
    }

    @Override
    public Codec<T> forTask() {
        return codec.forTask();
    }

    @Override
    public T decode(final DirectBuffer buffer, final int offset, final int length) {
        return codec.decode(buffer, offset, length);
    }

    @Override
    public int fixedLength() {
        return codec.fixedLength();
    }

    @Override
    public int encodedLength(final T value) {
        return codec.encodedLength(value);
    }

    @Override
    public void encode(final T value, final MutableDirectBuffer buffer, final int offset) {
        codec.encode(value, buffer, offset);
    }

    @Override
    public String describe() {
        return codec.describe();
    }
}
