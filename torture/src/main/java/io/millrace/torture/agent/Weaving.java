package io.millrace.torture.agent;

/**
 * Code that is to be woven into a method.
 *
 * @param reason  name of the step or mutant, for messages.
 * @param method  of the product.
 * @param advice  name of the class with the code.
 * @param ordinal of the step; -1 for other code.
 */
record Weaving(String reason, Method method, String advice, int ordinal) {
    private static final int NO_STEP = -1;

    static Weaving of(final Step step) {
        final Class<?> advice = step.isExit() ? StepAdvice.Exit.class : StepAdvice.Enter.class;
        return new Weaving("step " + step.stepName(), step.method(), advice.getName(), step.ordinal());
    }

    static Weaving of(final String reason, final Change change) {
        return new Weaving(reason, change.method(), change.advice().getName(), NO_STEP);
    }

    boolean isStep() {
        return ordinal != NO_STEP;
    }
}
