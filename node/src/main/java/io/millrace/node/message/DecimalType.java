package io.millrace.node.message;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import tools.jackson.core.JsonGenerator;

/**
 * A composite of {@code mantissa} and {@code exponent}: the number mantissa x 10^exponent. JSON may say it as a number, which must come out
 * exactly, or as the object that it is. With an exponent of its own in each message, {@code 1.10} keeps its zero.
 */
final class DecimalType extends CompositeType {
    private static final String MANTISSA = "mantissa";
    private static final String EXPONENT = "exponent";

    /** Beyond this a number is not written out. */
    private static final int MAX_SCALE = 300;

    private final Field mantissa;
    private final Field exponent;
    private final IntegerType mantissaType;

    private DecimalType(final List<Field> members, final int length, final Field mantissa, final Field exponent) {
        super(members, length);
        this.mantissa = mantissa;
        this.exponent = exponent;
        this.mantissaType = (IntegerType) mantissa.type();
    }

    /** A composite, which is a decimal where its members are what that takes. */
    static CompositeType of(final List<Field> members, final int length) {
        if (members.size() == 2
                && members.get(0).name().equals(MANTISSA)
                && members.get(1).name().equals(EXPONENT)
                && members.get(0).type() instanceof IntegerType
                && isExponent(members.get(1).type())) {
            return new DecimalType(members, length, members.get(0), members.get(1));
        }
        return new CompositeType(members, length);
    }

    private static boolean isExponent(final FieldType type) {
        return type instanceof IntegerType
                || (type instanceof ConstantType constant
                        && constant.isNumber()
                        && Math.abs((long) constant.intValue()) <= MAX_SCALE);
    }

    @Override
    public void write(final Object json, final MutableDirectBuffer buffer, final int index, final String path) {
        if (!(json instanceof JsonNumber number)) {
            super.write(json, buffer, index, path);
            return;
        }
        final BigDecimal value = new BigDecimal(number.text());
        if (Math.abs((long) value.scale()) > MAX_SCALE) {
            throw Problems.wrong(path, allowed(), json);
        }
        if (exponent.type() instanceof ConstantType constant) {
            write(unscaled(value, -constant.intValue(), path), number, buffer, index, path);
        } else {
            write(value.unscaledValue(), number, buffer, index, path);
            ((IntegerType) exponent.type())
                    .write(
                            BigInteger.valueOf(-value.scale()),
                            number,
                            buffer,
                            index + exponent.offset(),
                            path + '.' + EXPONENT);
        }
    }

    private void write(
            final BigInteger value,
            final JsonNumber number,
            final MutableDirectBuffer buffer,
            final int index,
            final String path) {
        mantissaType.write(value, number, buffer, index + mantissa.offset(), path + '.' + MANTISSA);
    }

    private BigInteger unscaled(final BigDecimal value, final int scale, final String path) {
        try {
            return value.setScale(scale).unscaledValue();
        } catch (final ArithmeticException ex) {
            throw Problems.wrong(path, allowed(), value);
        }
    }

    @Override
    public void print(final DirectBuffer buffer, final int index, final JsonGenerator out) {
        final BigInteger unscaled = mantissaType.read(buffer, index + mantissa.offset());
        if (exponent.type() instanceof ConstantType constant) {
            if (unscaled == null) {
                out.writeNull();
            } else {
                out.writeNumber(plain(new BigDecimal(unscaled, -constant.intValue())));
            }
            return;
        }
        final BigInteger power = ((IntegerType) exponent.type()).read(buffer, index + exponent.offset());
        if (unscaled == null || power == null || power.abs().compareTo(BigInteger.valueOf(MAX_SCALE)) > 0) {
            super.print(buffer, index, out);
        } else {
            out.writeNumber(new BigDecimal(unscaled, -power.intValue()).toString());
        }
    }

    private static String plain(final BigDecimal value) {
        return value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString();
    }

    @Override
    String allowed() {
        final String places = exponent.type() instanceof ConstantType constant
                ? constant.intValue() <= 0
                        ? " with at most " + -constant.intValue() + " decimal places"
                        : " that is a multiple of 1E" + constant.intValue()
                : "";
        return "a number" + places + ", or " + super.allowed();
    }
}
