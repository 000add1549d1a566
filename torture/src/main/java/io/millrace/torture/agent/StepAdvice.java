package io.millrace.torture.agent;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.implementation.bytecode.assign.Assigner;

/** What is woven into the methods of {@link Step}s. */
final class StepAdvice {
    private StepAdvice() {}

    /** Marks the parameter that is given the ordinal of the step. */
    @Retention(RetentionPolicy.RUNTIME)
    @interface Ordinal {}

    /** A step at the beginning of a method. */
    static final class Enter {
        private Enter() {}

        @Advice.OnMethodEnter
        static void enter(
                @Ordinal final int ordinal,
                @Advice.This(optional = true) final Object self,
                @Advice.AllArguments final Object[] arguments) {
            Arrivals.at(ordinal, self, arguments, null);
        }
    }

    /** A step at the end of a method. */
    static final class Exit {
        private Exit() {}

        @Advice.OnMethodExit
        static void exit(
                @Ordinal final int ordinal,
                @Advice.This(optional = true) final Object self,
                @Advice.AllArguments final Object[] arguments,
                @Advice.Return(typing = Assigner.Typing.DYNAMIC) final Object returned) {
            Arrivals.at(ordinal, self, arguments, returned);
        }
    }
}
