package io.millrace.torture.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AgentOptionsTest {
    @Test
    void shouldReadOptionsThatAreJoined() {
        final AgentOptions options =
                AgentOptions.parse("step=checkpoint-block:3;mutant=skip-dedupe;step=forced;disk=/d;fail-force=7");

        assertThat(options.arrivals())
                .containsExactly(new Arrival(Step.CHECKPOINT_BLOCK, 3), new Arrival(Step.FORCED, 1));
        assertThat(options.mutants()).containsExactly(Mutant.SKIP_DEDUPE);
        assertThat(options.disk()).isEqualTo(Path.of("/d"));
        assertThat(options.failedForce()).isEqualTo(7);
        assertThat(options.isReport()).isFalse();
    }

    @Test
    void shouldDoNothingWithoutOptions() {
        assertThat(AgentOptions.parse(null)).isEqualTo(AgentOptions.parse(""));
        assertThat(AgentOptions.parse(null).arrivals()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "step=chekpoint-block, unknown step: chekpoint-block; one of checkpoint-begin",
        "mutant=skip, unknown mutant: skip; one of skip-dedupe",
        "steps=forced, unknown option: steps=forced; one of step=NAME:N",
        "step=forced:x, not a number from 0 to",
        "fail-force=-1, not a number from 0 to",
        "fail-force=1, fail-force needs disk=DIRECTORY"
    })
    void shouldRefuseWhatItDoesNotKnow(final String options, final String message) {
        assertThatThrownBy(() -> AgentOptions.parse(options))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message)
                .message()
                .doesNotContain("\n");
    }
}
