package io.millrace.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.transport.protocol.JobRegistration;
import io.millrace.transport.protocol.JobReport;
import io.millrace.transport.protocol.JobState;
import io.millrace.transport.protocol.JobSummary;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class JobRegistryTest {
    private static final long LEASE_NS = 1_000_000_000L;
    private static final JobReport RUNNING = new JobReport(JobState.RUNNING, 10, 5, 100, "");

    private final JobRegistry registry = new JobRegistry();
    private final Link first = new Link();
    private final Link second = new Link();

    @Test
    void shouldListWhatAJobHasSaidLast() {
        register("etl", 1, first, 0);
        registry.report(1, RUNNING, first, 1);

        assertThat(jobs(2)).containsExactly(new JobSummary("etl", 1, "host-1", 42, 7, 0, "a -> b", RUNNING));
        assertThat(registry.list("", name -> false, 10, 2)).isEmpty();
    }

    @Test
    void shouldListInPagesByName() {
        for (int i = 0; i < 5; i++) {
            register("job-" + i, i + 1, first, 0);
        }

        assertThat(registry.list("", name -> true, 2, 0))
                .extracting(JobSummary::name)
                .containsExactly("job-0", "job-1");
        assertThat(registry.list("job-1", name -> true, 2, 0))
                .extracting(JobSummary::name)
                .containsExactly("job-2", "job-3");
        assertThat(registry.list("job-4", name -> true, 2, 0)).isEmpty();
    }

    @Test
    void shouldRefuseANameWhoseJobRuns() {
        register("etl", 1, first, 0);

        assertThatThrownBy(() -> register("etl", 2, second, LEASE_NS))
                .isInstanceOfSatisfying(
                        MillraceException.class, ex -> assertThat(ex.code()).isEqualTo(ErrorCode.IN_USE))
                .hasMessage(
                        "a job of this name runs: job=etl host=host-1 pid=42; stop it first, with `millrace job stop"
                                + " etl`");
        assertThat(first.log).isEmpty();
    }

    @Test
    void shouldGiveAwayTheNameOfAJobThatWasSilentForItsLease() {
        register("etl", 1, first, 0);

        assertThat(state(LEASE_NS)).isEqualTo(JobState.RUNNING);
        assertThat(state(LEASE_NS + 1)).isEqualTo(JobState.LOST);
        register("etl", 2, second, LEASE_NS + 1);

        assertThat(jobs(LEASE_NS + 2)).singleElement().satisfies(job -> {
            assertThat(job.jobKey()).isEqualTo(2);
            assertThat(job.restarts()).isEqualTo(1);
            assertThat(job.report().state()).isEqualTo(JobState.RUNNING);
        });
        assertThat(first.log).containsExactly("replaced 1");
        registry.report(1, RUNNING, first, LEASE_NS + 3);
        assertThat(first.log)
                .as("it speaks again, and hears that it must end")
                .containsExactly("replaced 1", "replaced 1");
        assertThat(jobs(LEASE_NS + 3).get(0).report().recordsIn()).isZero();
    }

    @Test
    void shouldLetASilentJobGoOnWhoseNameNobodyTook() {
        register("etl", 1, first, 0);
        registry.report(1, RUNNING, first, 3 * LEASE_NS);

        assertThat(state(3 * LEASE_NS)).isEqualTo(JobState.RUNNING);
        assertThatThrownBy(() -> register("etl", 2, second, 3 * LEASE_NS))
                .hasMessageContaining("a job of this name runs");
    }

    @Test
    void shouldTakeAJobForLostWhoseSessionHasEnded() {
        register("etl", 1, first, 0);
        first.isOpen = false;

        assertThat(state(1)).isEqualTo(JobState.LOST);
        register("etl", 2, second, 1);
        assertThat(first.log).as("nobody listens there").isEmpty();
    }

    @Test
    void shouldKnowAJobAgainInAnotherSession() {
        register("etl", 1, first, 0);
        registry.stop("etl", 0);
        first.isOpen = false;
        register("etl", 1, second, 2 * LEASE_NS);

        assertThat(jobs(2 * LEASE_NS).get(0).restarts()).isZero();
        assertThat(second.log).as("what it was told it may not have heard").containsExactly("stop 1");
        assertThat(state(2 * LEASE_NS)).isEqualTo(JobState.STOPPING);
    }

    @Test
    void shouldForgetAJobThatHasEnded() {
        register("etl", 1, first, 0);
        assertThat(registry.stop("etl", 1)).isEqualTo(1);
        assertThat(state(1)).isEqualTo(JobState.STOPPING);
        assertThat(first.log).containsExactly("stop 1");

        registry.report(1, RUNNING.with(JobState.ENDED, ""), first, 2);

        assertThat(jobs(2)).isEmpty();
        register("etl", 2, second, 2);
        assertThat(jobs(2).get(0).restarts())
                .as("a job that ended was not restarted")
                .isZero();
    }

    @Test
    void shouldKeepWhyAJobFailedUntilItsNameIsTaken() {
        register("etl", 1, first, 0);
        registry.report(1, RUNNING.with(JobState.FAILED, "no\nluck" + "!".repeat(1000)), first, 1);

        assertThat(jobs(1).get(0).report().problem()).startsWith("no\\nluck!").hasSizeLessThan(600);
        assertThat(state(5 * LEASE_NS)).isEqualTo(JobState.FAILED);
        assertThatThrownBy(() -> registry.stop("etl", 1)).hasMessageContaining("no such job runs: job=etl");
        register("etl", 2, second, 2);
        assertThat(jobs(2).get(0).restarts()).isEqualTo(1);
    }

    @Test
    void shouldHearOfAJobFromItsOwnSessionOnly() {
        register("etl", 1, first, 0);

        registry.report(1, RUNNING.with(JobState.ENDED, ""), second, 1);

        assertThat(state(1)).isEqualTo(JobState.RUNNING);
    }

    @Test
    void shouldRefuseWhatIsNoNameLeaseOrKey() {
        assertThatThrownBy(() -> register("../up", 1, first, 0))
                .hasMessageContaining("job name must be 1 to 249 letters");
        assertThatThrownBy(() -> register("etl", 0, first, 0)).hasMessageContaining("job key must not be 0");
        assertThatThrownBy(() -> registry.register(new JobRegistration(1, 1, 1, 0, 0, "etl", "", ""), first, 0))
                .hasMessageContaining("lease must be from 100 ms to 24 h");
        assertThatThrownBy(() -> registry.stop("nobody\n", 0)).hasMessageContaining("job=nobody\\n;");
    }

    @Test
    void shouldForgetDeadJobsBeforeItTakesNoMore() {
        for (int i = 0; i < JobRegistry.MAX_JOBS; i++) {
            register("job-" + i, i + 1, i == 0 ? second : first, 0);
        }
        assertThatThrownBy(() -> register("more", 5_000, first, 0)).hasMessageContaining("too many jobs: max=1000");

        second.isOpen = false;
        register("more", 5_000, first, 0);

        assertThat(registry.list("", name -> true, 2_000, 0)).hasSize(JobRegistry.MAX_JOBS);
    }

    private void register(final String name, final long key, final Link link, final long nowNs) {
        registry.register(new JobRegistration(9, key, LEASE_NS, 7, 42, name, "host-1", "a -> b"), link, nowNs);
    }

    private List<JobSummary> jobs(final long nowNs) {
        return registry.list("", name -> true, 10, nowNs);
    }

    private JobState state(final long nowNs) {
        return jobs(nowNs).get(0).report().state();
    }

    private static final class Link implements JobRegistry.JobLink {
        private final List<String> log = new ArrayList<>();
        private boolean isOpen = true;

        @Override
        public boolean isOpen() {
            return isOpen;
        }

        @Override
        public void stopRequested(final long key) {
            log.add("stop " + key);
        }

        @Override
        public void replaced(final long key) {
            log.add("replaced " + key);
        }
    }
}
