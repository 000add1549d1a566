package io.millrace.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.BrokerEvents;
import io.millrace.broker.codec.MessageHeaderDecoder;
import io.millrace.broker.codec.SnapshotPartDecoder;
import io.millrace.log.LogContext;
import io.millrace.log.LogReader;
import io.millrace.log.LogStore;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BrokerLogTest {
    private static final BrokerEvents NOBODY = new BrokerEvents() {};

    @TempDir
    Path directory;

    @Test
    void shouldHaveTheSameStateAfterARestartFromAnyOfItsSnapshots() {
        long hash = 0;
        for (int run = 0; run < 5; run++) {
            try (LogStore store = LogStore.launch(new LogContext().directory(directory));
                    BrokerLog log = new BrokerLog(store, NOBODY, 2_000)) {
                if (run > 0) {
                    assertThat(log.machine().stateHash()).as("run %d", run).isEqualTo(hash);
                }
                for (int i = 0; i < 40; i++) {
                    final String group = "group-" + (i % 7);
                    execute(log, log.commands().groupTopic(group, "orders", 1, 0, 0, 0));
                    execute(log, log.commands().groupJoin(group, i + 1, "m" + i, TimeUnit.DAYS.toNanos(1), 0));
                }
                hash = log.machine().stateHash();
                assertThat(log.machine().groups()).hasSize(7);
            }
        }
        assertThat(snapshotParts()).isGreaterThan(10);
    }

    private static void execute(final BrokerLog log, final int length) {
        NodeFixture.await("executed", () -> log.execute(length) > 0);
    }

    private int snapshotParts() {
        final int[] count = {0};
        try (LogStore store = LogStore.openReadOnly(new LogContext().directory(directory));
                LogReader reader = store.topic(BrokerLog.TOPIC).partition(0).reader()) {
            final MessageHeaderDecoder header = new MessageHeaderDecoder();
            while (reader.poll(
                            record -> count[0] += header.wrap(record.buffer(), record.valueOffset())
                                                    .templateId()
                                            == SnapshotPartDecoder.TEMPLATE_ID
                                    ? 1
                                    : 0,
                            100)
                    > 0) {
                // to the end
            }
        }
        return count[0];
    }
}
