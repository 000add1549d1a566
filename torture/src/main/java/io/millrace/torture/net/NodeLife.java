package io.millrace.torture.net;

import io.millrace.log.Durability;
import io.millrace.log.LogReader;
import io.millrace.log.LogTopic;
import io.millrace.log.TopicSpec;
import io.millrace.node.Node;
import io.millrace.node.NodeContext;
import io.millrace.node.NodeInfo;
import io.millrace.node.config.NodeSettings;
import io.millrace.node.config.SettingSource;
import io.millrace.transport.GroupAdmin;
import io.millrace.transport.KeyCredentials;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The process of a network run that serves the store. */
public final class NodeLife {
    private static final int SEGMENT_LENGTH = 1 << 20;
    private static final int LIMIT = 1_000;
    private static final int OUTSTANDING = 3;
    private static final int ACKED = 6;
    private static final int DEAD = 8;

    private NodeLife() {}

    /**
     * Serves until it is told to close.
     *
     * @param args settings.
     * @throws InterruptedException if the process is to end.
     */
    public static void main(final String[] args) throws InterruptedException {
        final LifeSettings settings = new LifeSettings(args);
        final Orders orders = Orders.listen();
        final Node node = Node.launch(context(settings)
                .directory(Path.of(settings.text("dir")))
                .port(settings.number("port"))
                .segmentLength(SEGMENT_LENGTH)
                .sessionTimeoutNs(TimeUnit.MILLISECONDS.toNanos(settings.number("sessionTimeoutMs"))));
        final String name = settings.text("topic");
        final LogTopic topic = node.store().hasTopic(name)
                ? node.store().topic(name)
                : node.store()
                        .createTopic(TopicSpec.named(name)
                                .partitions(settings.number("partitions"))
                                .durability(settings.is("power") ? Durability.POWER : Durability.PROCESS));
        Orders.answer("UP " + node.ingressChannel());
        String order = orders.await();
        while (!"close".equals(order)) {
            Orders.answer("queue".equals(order) ? "QUEUE" + queue(settings, node, topic) : "ENDS" + ends(topic));
            order = orders.await();
        }
        node.close();
        Orders.answer("CLOSED");
        System.exit(0);
    }

    /** At another address than that of the loopback interface a node asks for keys. */
    private static NodeContext context(final LifeSettings settings) {
        return settings.has("address")
                ? NodeContext.of(NodeSettings.resolve(List.of(new SettingSource(List.of(
                        new SettingSource.Entry("address", settings.text("address"), "command line"),
                        new SettingSource.Entry("keys", settings.text("keys"), "command line"))))))
                : new NodeContext();
    }

    /** How many messages are under way, how many were acked, how many are dead, and how many records there are. */
    private static String queue(final LifeSettings settings, final Node node, final LogTopic topic) {
        final long[] records = new long[1];
        for (int i = 0; i < topic.partitionCount(); i++) {
            try (LogReader reader = topic.partition(i).reader()) {
                while (reader.poll(record -> records[0]++, LIMIT) > 0) {
                    // until the last one
                }
            }
        }
        final GroupAdmin.Context context = new GroupAdmin.Context();
        if (settings.has("keys")) {
            context.credentials(KeyCredentials.of(Path.of(settings.text("keys")), ClientLife.PRINCIPAL))
                    .responseEndpoint(settings.text("address") + ":0");
        }
        try (GroupAdmin admin = GroupAdmin.connect(context.channel(node.ingressChannel())
                .aeronDirectoryName(NodeInfo.read(node.store().directory()).aeronDirectory()))) {
            final String[] columns = admin.listQueues().split("\n")[1].split("\t");
            return ' ' + columns[OUTSTANDING] + ' ' + columns[ACKED] + ' ' + columns[DEAD] + ' ' + records[0];
        }
    }

    /** Behind the last record of each partition; what the log itself has put behind that comes to no subscriber. */
    private static String ends(final LogTopic topic) {
        final StringBuilder ends = new StringBuilder();
        final long[] end = new long[1];
        for (int i = 0; i < topic.partitionCount(); i++) {
            end[0] = 0;
            try (LogReader reader = topic.partition(i).reader()) {
                while (reader.poll(record -> end[0] = record.nextPosition(), LIMIT) > 0) {
                    // until the last one
                }
            }
            ends.append(' ').append(end[0]);
        }
        return ends.toString();
    }
}
