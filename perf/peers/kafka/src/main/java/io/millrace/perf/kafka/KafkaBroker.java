package io.millrace.perf.kafka;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.tools.StorageTool;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;

/**
 * One broker inside this process that is its own controller (KRaft, combined mode), on two free ports of the loopback address.
 * All that is not named here is at Kafka's default.
 */
public final class KafkaBroker implements AutoCloseable {
    private static final String LOOPBACK = "127.0.0.1";

    private final KafkaRaftServer server;
    private final String address;

    private KafkaBroker(final KafkaRaftServer server, final String address) {
        this.server = server;
        this.address = address;
    }

    /**
     * Formats a directory and starts a broker on it.
     *
     * @param directory that is empty or does not exist.
     * @return the broker, which takes clients already.
     * @throws IOException when the directory cannot be written, or its format was refused.
     */
    public static KafkaBroker start(final Path directory) throws IOException {
        final int[] ports = freePorts();
        final Properties properties = properties(directory.toAbsolutePath(), ports[0], ports[1]);
        format(directory, properties);
        final KafkaRaftServer server = new KafkaRaftServer(KafkaConfig.fromProps(properties, false), Time.SYSTEM);
        server.startup();
        return new KafkaBroker(server, LOOPBACK + ':' + ports[0]);
    }

    /** What is set; the rest is Kafka's default. */
    private static Properties properties(final Path directory, final int port, final int controllerPort) {
        final Properties properties = new Properties();
        properties.putAll(Map.of(
                "process.roles", "broker,controller",
                "node.id", "1",
                "controller.quorum.voters", "1@" + LOOPBACK + ':' + controllerPort,
                "listeners", "BROKER://" + LOOPBACK + ':' + port + ",CONTROLLER://" + LOOPBACK + ':' + controllerPort,
                "listener.security.protocol.map", "BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT",
                "inter.broker.listener.name", "BROKER",
                "controller.listener.names", "CONTROLLER",
                "log.dirs", directory.resolve("logs").toString(),
                // One broker is all there is.
                "offsets.topic.replication.factor", "1",
                "offsets.topic.num.partitions", "1"));
        properties.putAll(Map.of(
                "transaction.state.log.replication.factor", "1",
                "transaction.state.log.min.isr", "1",
                "transaction.state.log.num.partitions", "1",
                "group.initial.rebalance.delay.ms", "0",
                "share.coordinator.state.topic.replication.factor", "1",
                "share.coordinator.state.topic.min.isr", "1",
                "auto.create.topics.enable", "false"));
        return properties;
    }

    private static void format(final Path directory, final Properties properties) throws IOException {
        Files.createDirectories(directory);
        final Path file = directory.resolve("server.properties");
        try (var writer = Files.newBufferedWriter(file)) {
            properties.store(writer, null);
        }
        final ByteArrayOutputStream output = new ByteArrayOutputStream();
        final String[] arguments = {"format", "-t", Uuid.randomUuid().toString(), "-c", file.toString()};
        try (PrintStream stream = new PrintStream(output, true, StandardCharsets.UTF_8)) {
            if (StorageTool.execute(arguments, stream) != 0) {
                throw new IOException("Kafka cannot format " + directory + ": "
                        + output.toString(StandardCharsets.UTF_8).strip());
            }
        }
    }

    /** Two at once, so that they differ; taken by the broker a moment later. */
    private static int[] freePorts() throws IOException {
        try (ServerSocket one = new ServerSocket(0, 1, InetAddress.getByName(LOOPBACK));
                ServerSocket two = new ServerSocket(0, 1, InetAddress.getByName(LOOPBACK))) {
            return new int[] {one.getLocalPort(), two.getLocalPort()};
        }
    }

    /**
     * Where clients connect.
     *
     * @return host and port, as {@code bootstrap.servers} wants them.
     */
    public String address() {
        return address;
    }

    /**
     * Creates a topic and waits until it is there.
     *
     * @param name       of the topic.
     * @param partitions 1 or more.
     * @param settings   of the topic, for what is not to be at its default.
     */
    public void createTopic(final String name, final int partitions, final Map<String, String> settings) {
        createTopic(address, name, partitions, settings);
    }

    /**
     * Creates a topic of a broker anywhere and waits until it is there.
     *
     * @param address    of the broker.
     * @param name       of the topic.
     * @param partitions 1 or more.
     * @param settings   of the topic, for what is not to be at its default.
     */
    public static void createTopic(
            final String address, final String name, final int partitions, final Map<String, String> settings) {
        try (Admin admin = Admin.create(Map.of(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, address))) {
            admin.createTopics(List.of(new NewTopic(name, partitions, (short) 1).configs(settings)))
                    .all()
                    .get();
        } catch (final ExecutionException ex) {
            throw new IllegalStateException("Kafka cannot create topic " + name + ": " + ex.getCause(), ex);
        } catch (final InterruptedException ex) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while Kafka creates topic " + name, ex);
        }
    }

    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
    }
}
