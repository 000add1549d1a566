package io.millrace.torture;

import io.millrace.torture.check.QueueRules;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** A client of a network run: one name, and one process after the other. */
final class NetworkClient implements AutoCloseable {
    /** Silence after which a member or a consumer is given up; shorter than that of a session. */
    static final int LEASE_MS = 1_000;

    private static final String GROUP = "g";
    private static final int POISON_EVERY = 64;

    private final Setting setting;
    private final NetworkRole role;
    private final int number;
    private int life;
    private NetworkProcess process;
    private Path driver;

    /**
     * What all clients of a round have in common.
     *
     * @param network    that lies between them and the node.
     * @param jvm        how to start one.
     * @param node       address of the node, as clients see it.
     * @param home       directory of the round.
     * @param topic      that they use.
     * @param partitions of the topic.
     * @param rate       of a publisher, records a second.
     * @param queue      that consumers share.
     */
    record Setting(
            TestNetwork network,
            Jvm jvm,
            String node,
            Path home,
            String topic,
            int partitions,
            int rate,
            QueueRules queue) {}

    NetworkClient(final Setting setting, final NetworkRole role, final int number) {
        this.setting = setting;
        this.role = role;
        this.number = number;
    }

    /**
     * Starts the next life.
     *
     * @param sendsAgain whether a publisher whose records can be repeated sends all of them once more.
     */
    void start(final boolean sendsAgain) throws IOException, InterruptedException, FindingException {
        life++;
        final String name = String.format(Locale.ROOT, "%s-%d-%04d", role, number, life);
        final int port = setting.network().reachClient();
        final Path home = setting.home();
        driver = home.resolve("driver-" + name);
        final List<String> command = new ArrayList<>(setting.network().clientCommand(setting.jvm(), home));
        command.add(role.life().getName());
        command.add("node=" + setting.node());
        command.add("response=" + setting.network().clientHost() + ':' + port);
        command.add("driver=" + driver);
        command.add("history="
                + home.resolve("histories").resolve((role.hasOneHistory() ? role + "-" + number : name) + ".history"));
        command.add("topic=" + setting.topic());
        command.add("partitions=" + setting.partitions());
        command.add("client=" + number);
        command.add("life=" + life);
        if (role == NetworkRole.PUBLISHER) {
            final boolean isRepeatable = number % 2 == 0;
            command.add("rate=" + setting.rate());
            command.add("repeatable=" + isRepeatable);
            command.add("again=" + (isRepeatable && sendsAgain));
        } else if (role.hasLease()) {
            command.add("leaseMs=" + LEASE_MS);
            command.add("group=" + GROUP);
            command.add("queue=" + setting.queue().name());
            command.add("maxDeliveries=" + setting.queue().maxDeliveries());
            command.add("messageLeaseMs="
                    + TimeUnit.NANOSECONDS.toMillis(setting.queue().leaseNs()));
            command.add("poisonEvery=" + POISON_EVERY);
        }
        command.addAll(setting.network().clientSettings());
        process = NetworkProcess.start(name, command, home);
    }

    NetworkProcess process() {
        return process;
    }

    NetworkRole role() {
        return role;
    }

    /** Kills the process, and takes away what it leaves in memory. */
    void kill() throws IOException, InterruptedException, FindingException {
        process.kill();
        Directories.delete(driver);
    }

    /** The process lives on, but is not this client's any more. */
    NetworkProcess giveUp() {
        final NetworkProcess old = process;
        process = null;
        return old;
    }

    @Override
    public void close() {
        if (process != null) {
            process.close();
        }
    }

    @Override
    public String toString() {
        return role + " " + number;
    }
}
