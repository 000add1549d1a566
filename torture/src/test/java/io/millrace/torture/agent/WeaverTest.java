package io.millrace.torture.agent;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class WeaverTest {
    @Test
    void shouldRefuseAMethodThatTheProductDoesNotHave() {
        final Change renamed = new Change(Method.log("LogForcer", "write", 7), MutantAdvice.RetryForce.class);

        assertThatThrownBy(() -> new Weaver(List.of(Weaving.of("some mutant", renamed))))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("some mutant: the product has 0 methods io.millrace.log.LogForcer.write/7, not one");
    }

    @Test
    void shouldRefuseAClassThatTheProductDoesNotHave() {
        final Change renamed = new Change(Method.log("LogEnforcer", "write", 1), MutantAdvice.RetryForce.class);

        assertThatThrownBy(() -> new Weaver(List.of(Weaving.of("some mutant", renamed))))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("LogEnforcer.write/1");
    }
}
