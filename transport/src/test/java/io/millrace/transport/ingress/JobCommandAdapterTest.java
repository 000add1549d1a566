package io.millrace.transport.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.transport.codec.ListJobsEncoder;
import io.millrace.transport.codec.MessageHeaderDecoder;
import io.millrace.transport.codec.MessageHeaderEncoder;
import io.millrace.transport.codec.RegisterJobEncoder;
import io.millrace.transport.codec.ReportJobEncoder;
import io.millrace.transport.codec.StopJobEncoder;
import io.millrace.transport.protocol.JobCommands;
import io.millrace.transport.protocol.JobRegistration;
import io.millrace.transport.protocol.JobReport;
import io.millrace.transport.protocol.JobState;
import io.millrace.transport.protocol.MessageResult;
import io.millrace.transport.protocol.ProtocolDescriptor;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class JobCommandAdapterTest {
    private static final int MESSAGES = 4;

    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[512]);
    private final MessageHeaderEncoder headerEncoder = new MessageHeaderEncoder();
    private final MessageHeaderDecoder header = new MessageHeaderDecoder();
    private final Commands commands = new Commands();
    private final JobCommandAdapter adapter = new JobCommandAdapter(commands);

    @Test
    void shouldCarryOutEachCommand() {
        for (int message = 0; message < MESSAGES; message++) {
            assertThat(onCommand(encode(message, JobState.FAILED.ordinal()))).isEqualTo(MessageResult.DONE);
        }

        assertThat(commands.log)
                .containsExactly(
                        "register 7 " + new JobRegistration(11, 12, 13, 14, 15, "etl", "host-1", "a -> b"),
                        "report 7 12 " + new JobReport(JobState.FAILED, 1, 2, -1, "no luck"),
                        "list 7 16 etl",
                        "stop 7 17 etl");
    }

    @Test
    void shouldIgnoreAStateThatAJobCannotSay() {
        assertThat(onCommand(encode(1, JobState.LOST.ordinal()))).isEqualTo(MessageResult.IGNORED);
        assertThat(onCommand(encode(1, 255))).isEqualTo(MessageResult.IGNORED);
        assertThat(commands.log).isEmpty();
    }

    @Test
    void shouldComeAgainWhenTheNodeCannotTakeIt() {
        commands.isReady = false;

        assertThat(onCommand(encode(0, 0))).isEqualTo(MessageResult.AGAIN);
    }

    @Test
    void shouldIgnoreEveryCommandThatEndsTooEarly() {
        for (int message = 0; message < MESSAGES; message++) {
            final int length = encode(message, 0);
            for (int end = ProtocolDescriptor.HEADER_LENGTH; end < length; end++) {
                assertThat(onCommand(end))
                        .as("message %d of %d bytes, cut at %d", message, length, end)
                        .isEqualTo(MessageResult.IGNORED);
            }
        }
        assertThat(commands.log).isEmpty();
    }

    @Test
    void shouldReadNothingBehindTheEndWhateverTheLengthsSay() {
        final long seed = System.nanoTime();
        final SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 10_000; round++) {
            final int length = encode(random.nextInt(MESSAGES), 0);
            final UnsafeBuffer exact = new UnsafeBuffer(new byte[length]);
            exact.putBytes(0, buffer, 0, length);
            for (int i = 0; i < 3; i++) {
                // The template stays: what follows is what a hostile client can choose.
                final int at = random.nextInt(length);
                exact.putByte(at == 2 || at == 3 ? 0 : at, (byte) random.nextInt());
            }
            header.wrap(exact, 0);
            try {
                adapter.onCommand(7, header, exact, ProtocolDescriptor.HEADER_LENGTH, length);
            } catch (final IndexOutOfBoundsException ex) {
                throw new AssertionError("seed " + seed + " round " + round, ex);
            }
        }
    }

    private MessageResult onCommand(final int length) {
        header.wrap(buffer, 0);
        return adapter.onCommand(7, header, buffer, ProtocolDescriptor.HEADER_LENGTH, length);
    }

    private int encode(final int message, final int state) {
        return ProtocolDescriptor.HEADER_LENGTH
                + switch (message) {
                    case 0 ->
                        new RegisterJobEncoder()
                                .wrapAndApplyHeader(buffer, 0, headerEncoder)
                                .correlationId(11)
                                .jobKey(12)
                                .leaseNs(13)
                                .startedMs(14)
                                .pid(15)
                                .name("etl")
                                .host("host-1")
                                .topology("a -> b")
                                .encodedLength();
                    case 1 ->
                        new ReportJobEncoder()
                                .wrapAndApplyHeader(buffer, 0, headerEncoder)
                                .jobKey(12)
                                .recordsIn(1)
                                .recordsOut(2)
                                .lagBytes(-1)
                                .state((short) state)
                                .problem("no luck")
                                .encodedLength();
                    case 2 ->
                        new ListJobsEncoder()
                                .wrapAndApplyHeader(buffer, 0, headerEncoder)
                                .correlationId(16)
                                .after("etl")
                                .encodedLength();
                    default ->
                        new StopJobEncoder()
                                .wrapAndApplyHeader(buffer, 0, headerEncoder)
                                .correlationId(17)
                                .name("etl")
                                .encodedLength();
                };
    }

    private static final class Commands implements JobCommands {
        private final List<String> log = new ArrayList<>();
        private boolean isReady = true;

        @Override
        public boolean onRegisterJob(final int clientId, final JobRegistration job) {
            return note("register " + clientId + ' ' + job);
        }

        @Override
        public void onReportJob(final int clientId, final long jobKey, final JobReport report) {
            note("report " + clientId + ' ' + jobKey + ' ' + report);
        }

        @Override
        public boolean onListJobs(final int clientId, final long correlationId, final String after) {
            return note("list " + clientId + ' ' + correlationId + ' ' + after);
        }

        @Override
        public boolean onStopJob(final int clientId, final long correlationId, final String name) {
            return note("stop " + clientId + ' ' + correlationId + ' ' + name);
        }

        private boolean note(final String line) {
            log.add(line);
            return isReady;
        }
    }
}
