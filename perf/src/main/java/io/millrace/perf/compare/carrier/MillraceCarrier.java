package io.millrace.perf.compare.carrier;

import io.millrace.log.Durability;
import io.millrace.log.TopicSpec;
import io.millrace.node.Node;
import io.millrace.node.NodeContext;
import io.millrace.node.config.NodeSettings;
import io.millrace.node.config.SettingSource;
import io.millrace.perf.compare.contender.MessageHandler;
import java.util.List;

/** Our node with its embedded media driver; clients use that driver too, over shared memory or over UDP. */
final class MillraceCarrier implements Carrier {
    private static final String SEPARATOR = " ";

    private final boolean isUdp;
    private final boolean readsLog;

    MillraceCarrier(final boolean isUdp, final boolean readsLog) {
        this.isUdp = isUdp;
        this.readsLog = readsLog;
    }

    static String topic(final int partitions) {
        return "messages-" + partitions;
    }

    @Override
    public CarrierServer serve(final CarrierOptions options, final MessageHandler sink) {
        final SettingSource source = new SettingSource(List.of(
                setting("dir", options.directory().resolve("store").toString()),
                setting("port", "0"),
                setting("threading", "shared"),
                setting("idle", "yield")));
        final Node node = Node.launch(NodeContext.of(NodeSettings.resolve(List.of(source))));
        for (final int partitions : new int[] {ONE_PARTITION, MAX_PARTITIONS}) {
            node.store()
                    .createTopic(TopicSpec.named(topic(partitions))
                            .partitions(partitions)
                            .durability(Durability.PROCESS));
        }
        return new Server(node, isUdp ? node.ingressChannel() : "aeron:ipc");
    }

    private static SettingSource.Entry setting(final String name, final String text) {
        return new SettingSource.Entry(name, text, "perf");
    }

    @Override
    public CarrierClient connect(final String address, final int partitions, final CarrierOptions options) {
        final String[] parts = address.split(SEPARATOR);
        return new MillraceClient(parts[0], parts[1], topic(partitions), readsLog);
    }

    @Override
    public boolean keepsMessages() {
        return true;
    }

    @Override
    public boolean isWaiting() {
        return false;
    }

    private record Server(Node node, String channel) implements CarrierServer {
        @Override
        public String address() {
            return channel + SEPARATOR + node.aeronDirectoryName();
        }

        @Override
        public void close() {
            node.close();
        }
    }
}
