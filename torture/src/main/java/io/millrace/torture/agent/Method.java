package io.millrace.torture.agent;

/**
 * A method of the product, by its names: to name it by its class would load that before it can be changed.
 *
 * @param type           name of the class, as {@link Class#getName()} gives it.
 * @param name           of the method.
 * @param parameterCount number of its parameters; together with the name it says which one is meant.
 */
public record Method(String type, String name, int parameterCount) {
    /**
     * Names a method of the log.
     *
     * @param type           name of the class behind {@code io.millrace.log.}.
     * @param name           of the method.
     * @param parameterCount number of its parameters.
     * @return the method.
     */
    static Method log(final String type, final String name, final int parameterCount) {
        return new Method("io.millrace.log." + type, name, parameterCount);
    }

    /**
     * Names a method of the operators.
     *
     * @param type           name of the class behind {@code io.millrace.operators.}.
     * @param name           of the method.
     * @param parameterCount number of its parameters.
     * @return the method.
     */
    static Method operators(final String type, final String name, final int parameterCount) {
        return new Method("io.millrace.operators." + type, name, parameterCount);
    }

    @Override
    public String toString() {
        return type + '.' + name + '/' + parameterCount;
    }
}
