package io.millrace.node.message;

import java.math.BigDecimal;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import tools.jackson.core.JsonGenerator;

/** What is always the same, and so takes no space: JSON may say it, and it is printed. */
final class ConstantType implements FieldType {
    private final String text;
    private final boolean isNumber;

    private ConstantType(final String text, final boolean isNumber) {
        this.text = text;
        this.isNumber = isNumber;
    }

    static ConstantType text(final String text) {
        return new ConstantType(text, false);
    }

    static ConstantType number(final String text) {
        return new ConstantType(text, true);
    }

    /** Of a number that is a whole one. */
    int intValue() {
        return new BigDecimal(text).intValueExact();
    }

    boolean isNumber() {
        return isNumber;
    }

    @Override
    public int length() {
        return 0;
    }

    @Override
    public boolean isOptional() {
        return true;
    }

    @Override
    public void write(final Object json, final MutableDirectBuffer buffer, final int index, final String path) {
        if (json != null && !isSame(json)) {
            throw Problems.wrong(path, (isNumber ? text : '\'' + text + '\'') + ", which is constant", json);
        }
    }

    private boolean isSame(final Object json) {
        return isNumber
                ? json instanceof JsonNumber number
                        && new BigDecimal(number.text()).compareTo(new BigDecimal(text)) == 0
                : text.equals(json);
    }

    @Override
    public void print(final DirectBuffer buffer, final int index, final JsonGenerator out) {
        if (isNumber) {
            out.writeNumber(text);
        } else {
            out.writeString(text);
        }
    }
}
