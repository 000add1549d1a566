package io.millrace.operators.join;

/**
 * A value with the number of the side that it comes from. One instance is moved from value to value: it is valid inside the
 * call.
 */
public final class Sided {
    private int side;
    private Object value;

    Sided() {}

    void wrap(final int newSide, final Object newValue) {
        side = newSide;
        value = newValue;
    }

    /**
     * Where the value comes from.
     *
     * @return number of the side, from 0.
     */
    public int side() {
        return side;
    }

    /**
     * The value. Its type is that of its side, which the caller has to know.
     *
     * @param <V> type of the values of that side.
     * @return the value; a flyweight is valid inside the call only.
     */
    @SuppressWarnings("unchecked") // The sides were typed where the join was built.
    public <V> V value() {
        return (V) value;
    }
}
