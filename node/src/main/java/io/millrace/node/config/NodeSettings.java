package io.millrace.node.config;

import io.millrace.log.Durability;
import io.millrace.log.LogContext;
import io.millrace.log.TopicSpec;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.error.OneLine;
import io.millrace.log.segment.SegmentDescriptor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * All that can be set of a node, in one table, and the values that count for one start. What is written further to the right
 * wins: default, file, environment, option.
 */
public final class NodeSettings {
    private static final Map<String, Setting<?>> TABLE = new LinkedHashMap<>();
    private static final int MAX_ECHO_LENGTH = 100;
    private static final int MAX_SUGGESTION_DISTANCE = 3;
    private static final long SECOND_NS = 1_000_000_000L;
    private static final long HOUR_NS = 3600 * SECOND_NS;

    /** Where the store lives. */
    public static final Setting<Path> DIR = add(
            "dir", SettingType.path("a directory"), null, "Directory of the store; created when missing. Must be set.");

    /** Address that the node listens on. */
    public static final Setting<String> ADDRESS = add(
            "address",
            SettingType.host(),
            "127.0.0.1",
            "Address of this machine on which the node listens. Any but a loopback address needs `keys`.");

    /** Port that the node listens on. */
    public static final Setting<Integer> PORT =
            add("port", SettingType.port(), "7100", "UDP port on which the node listens.");

    /** Aeron stream that the node listens on. */
    public static final Setting<Integer> STREAM = add(
            "stream",
            SettingType.integer(1, Integer.MAX_VALUE),
            "7101",
            "Aeron stream on which the node listens; nodes that share an external media driver need one each.");

    /** File of principals and their keys. */
    public static final Setting<Path> KEYS = add(
            "keys",
            SettingType.path("a file"),
            "",
            "File of principals and their keys. Empty: nobody is asked who they are, on loopback only.");

    /** File of access rights. */
    public static final Setting<Path> ACL = add(
            "acl",
            SettingType.path("a file"),
            "",
            "File of what each principal may do with which topics. Empty: everybody with a key may do everything.");

    /** Port for health and metrics. */
    public static final Setting<Integer> HTTP_PORT = add(
            "http.port",
            SettingType.portOrOff(),
            "off",
            "TCP port on 127.0.0.1 for `/health`, `/ready` and `/metrics` (Prometheus).");

    /** What the node is to be good at. */
    public static final Setting<Profile> PROFILE = add(
            "profile",
            SettingType.choice(Profile.class),
            "balanced",
            "What the node's threads do: `low-latency` spins on three cores, `balanced` sleeps for up to 0.1 ms when idle,"
                    + " `frugal` for 1 ms.");

    /** Threads of the media driver. */
    public static final Setting<Threading> THREADING = add(
            "threading",
            SettingType.choice(Threading.class),
            "profile",
            "Threads of the embedded media driver: one, two or three; `profile` takes what `profile` says.");

    /** What idle threads do. */
    public static final Setting<Idling> IDLE = add(
            "idle",
            SettingType.choice(Idling.class),
            "profile",
            "What idle threads of node and media driver do; `profile` takes what `profile` says.");

    /** Directory of an external media driver. */
    public static final Setting<Path> AERON_DIRECTORY = add(
            "aeron.directory",
            SettingType.path("a directory"),
            "",
            "Directory of a media driver that runs already. Empty: the node brings one of its own.");

    /** Length of segments. */
    public static final Setting<Integer> SEGMENT_LENGTH = add(
            "segment.length",
            SettingType.powerOfTwo(SegmentDescriptor.MIN_LENGTH, SegmentDescriptor.MAX_LENGTH),
            SettingType.sizeText(LogContext.DEFAULT_SEGMENT_LENGTH),
            "Length of the segment files of new topics that do not say it themselves. A record takes up to a quarter of it.");

    /** Time between durable cuts. */
    public static final Setting<Long> CUT_INTERVAL = add(
            "cut.interval",
            SettingType.duration(1_000_000L, HOUR_NS),
            SettingType.timeText(LogContext.DEFAULT_CUT_INTERVAL_NS),
            "Time between two durable cuts: what a loss of power may take of topics with durability `process`.");

    /** Time after which an open claim is revoked. */
    public static final Setting<Long> CLAIM_TIMEOUT = add(
            "claim.timeout",
            SettingType.duration(1_000_000L, HOUR_NS),
            SettingType.timeText(LogContext.DEFAULT_CLAIM_TIMEOUT_NS),
            "Time after which space that somebody claimed in the log and did not fill is given up.");

    /** Time for which a client may be silent. */
    public static final Setting<Long> SESSION_TIMEOUT = add(
            "session.timeout",
            SettingType.duration(SECOND_NS, HOUR_NS),
            "30s",
            "Time for which a client may be silent before its session ends.");

    /** Time for which the node may be stopped. */
    public static final Setting<Long> STALL_TIMEOUT = add(
            "stall.timeout",
            SettingType.duration(SECOND_NS, HOUR_NS),
            "60s",
            "Time for which the whole node may be stopped (SIGSTOP, a frozen machine) and go on afterwards. What a client leaves behind"
                    + " that dies beside the node stays for as long. An external media driver has its own,"
                    + " `aeron.client.liveness.timeout`.");

    /** Most sessions. */
    public static final Setting<Integer> MAX_SESSIONS =
            add("max.sessions", SettingType.integer(1, 4096), "128", "Most clients that are connected at once.");

    /** Most producers and subscriptions of a session. */
    public static final Setting<Integer> MAX_SUBSCRIPTIONS = add(
            "max.subscriptions",
            SettingType.integer(1, 4096),
            "256",
            "Most producers and subscriptions, together, of one client.");

    /** Subscribers that share a live feed. */
    public static final Setting<Integer> LIVE_SUBSCRIBERS = add(
            "live.subscribers",
            SettingType.integer(0, 4096),
            "2",
            "Remote subscribers of one topic from which on they share one stream of what is appended. 0: each has its own,"
                    + " always.");

    /** Most destinations of a live feed. */
    public static final Setting<Integer> LIVE_DESTINATIONS = add(
            "live.destinations",
            SettingType.integer(1, 4096),
            "64",
            "Most subscribers to which one such stream is sent; what others want is read for each of them.");

    /** Most topics. */
    public static final Setting<Integer> MAX_TOPICS = add(
            "max.topics",
            SettingType.integer(1, 100_000),
            "1000",
            "Most topics in the store, internal ones included; clients cannot create more.");

    /** Most partitions of a topic. */
    public static final Setting<Integer> MAX_PARTITIONS = add(
            "max.partitions",
            SettingType.integer(1, TopicSpec.MAX_PARTITIONS),
            "256",
            "Most partitions of a topic that a client creates.");

    /** Most consumer groups. */
    public static final Setting<Integer> MAX_GROUPS =
            add("max.groups", SettingType.integer(1, 100_000), "1000", "Most consumer groups.");

    /** Most queues. */
    public static final Setting<Integer> MAX_QUEUES =
            add("max.queues", SettingType.integer(1, 100_000), "1000", "Most queues.");

    /** Most members of a group. */
    public static final Setting<Integer> MAX_MEMBERS = add(
            "max.members",
            SettingType.integer(1, 4096),
            "256",
            "Most members of one consumer group, and most consumers of one queue.");

    /** Most partitions of a group. */
    public static final Setting<Integer> MAX_GROUP_PARTITIONS = add(
            "max.group.partitions",
            SettingType.integer(1, 100_000),
            "4096",
            "Most partitions that one consumer group reads, over all its topics.");

    /** Most messages of a queue that are under way. */
    public static final Setting<Integer> MAX_OUTSTANDING = add(
            "max.outstanding",
            SettingType.integer(1, 1_000_000),
            "100000",
            "Most messages that a queue may be created to have under way at once; each takes memory of the node.");

    /** Longest record. */
    public static final Setting<Long> MAX_RECORD = add(
            "max.record",
            SettingType.size(64, 16 << 20),
            "1MiB",
            "Longest record that clients may publish, key and value together; what fits a message of the network and a"
                    + " segment may be less.");

    /** Durability of new topics. */
    public static final Setting<Durability> TOPIC_DURABILITY = add(
            "topic.durability",
            SettingType.choice(Durability.class),
            "power",
            "What the records of a topic survive that a client creates without saying it: the end of the process, or a loss of"
                    + " power.");

    private final Map<Setting<?>, Value> values;

    private record Value(Object value, String text, String origin) {}

    private NodeSettings(final Map<Setting<?>, Value> values) {
        this.values = values;
    }

    /**
     * Lists what can be set.
     *
     * @return all settings, in the order of the reference page
     */
    public static List<Setting<?>> all() {
        return List.copyOf(TABLE.values());
    }

    /**
     * Puts the values together.
     *
     * @param sources from the weakest to the strongest
     * @return all values, checked
     * @throws MillraceException CONFIGURATION, in one line, with every name that does not exist and every text that is not
     *     allowed, even where a stronger source would win
     */
    public static NodeSettings resolve(final List<SettingSource> sources) {
        final Map<Setting<?>, Value> values = new LinkedHashMap<>();
        final List<String> problems = new ArrayList<>();
        for (final Setting<?> setting : TABLE.values()) {
            final String text = setting.defaultText();
            values.put(
                    setting,
                    new Value(text == null ? null : setting.type().parse(text), text == null ? "" : text, "default"));
        }
        for (final SettingSource source : sources) {
            for (final SettingSource.Entry entry : source.entries()) {
                final String problem = put(entry, values);
                if (problem != null) {
                    problems.add(problem);
                }
            }
        }
        final NodeSettings settings = new NodeSettings(values);
        settings.addMutualProblems(problems);
        if (!problems.isEmpty()) {
            throw new MillraceException(ErrorCode.CONFIGURATION, String.join("; ", problems));
        }
        return settings;
    }

    /**
     * What counts for a setting.
     *
     * @param <T>     type of the value
     * @param setting of {@link #all()}
     * @return its value; null for a path that is not set
     */
    @SuppressWarnings("unchecked")
    public <T> T value(final Setting<T> setting) {
        return (T) values.get(setting).value();
    }

    /**
     * Where the value of a setting comes from.
     *
     * @param setting of {@link #all()}
     * @return for example {@code default}, {@code node.conf line 3}, {@code MILLRACE_PORT} or {@code option --port}
     */
    public String origin(final Setting<?> setting) {
        return values.get(setting).origin();
    }

    /**
     * The value of a setting as somebody would write it.
     *
     * @param setting of {@link #all()}
     * @return its text; empty for a path that is not set
     */
    public String text(final Setting<?> setting) {
        return values.get(setting).text();
    }

    /**
     * The table of the reference page, in Markdown.
     *
     * @return lines
     */
    public static List<String> referenceTable() {
        final List<String> lines = new ArrayList<>();
        lines.add("| name | default | allowed | unit | meaning |");
        lines.add("|---|---|---|---|---|");
        for (final Setting<?> setting : TABLE.values()) {
            final String text = setting.defaultText();
            lines.add("| `" + setting.name() + "` | "
                    + (text == null || text.isEmpty() ? "" : '`' + text + '`') + " | "
                    + setting.type().allowed() + " | " + setting.type().unit() + " | " + setting.meaning() + " |");
        }
        return lines;
    }

    /**
     * Tells whether an address means this machine alone. Names are not looked up, except the one that always means it.
     *
     * @param address name or literal address
     * @return whether nobody else reaches it
     */
    public static boolean isLoopback(final String address) {
        return address.matches("127(\\.\\d{1,3}){3}") || address.equals("localhost") || address.equals("::1");
    }

    private static <T> Setting<T> add(
            final String name, final SettingType<T> type, final String defaultText, final String meaning) {
        final Setting<T> setting = new Setting<>(name, type, defaultText, meaning);
        if (TABLE.put(name, setting) != null) {
            throw new IllegalStateException("setting is declared twice: " + name);
        }
        return setting;
    }

    /** Takes an entry over; what is wrong with it, or null. */
    private static String put(final SettingSource.Entry entry, final Map<Setting<?>, Value> values) {
        final Setting<?> setting = TABLE.get(entry.name());
        if (setting == null) {
            return "unknown setting " + echo(entry.name()) + " (" + entry.origin() + ')' + suggestion(entry.name());
        }
        try {
            values.put(setting, new Value(setting.type().parse(entry.text()), entry.text(), entry.origin()));
            return null;
        } catch (final IllegalArgumentException ex) {
            return "setting " + entry.name() + "='" + echo(entry.text()) + "' (" + entry.origin() + ") must be "
                    + setting.type().allowed();
        }
    }

    /** What depends on more than one setting. */
    private void addMutualProblems(final List<String> problems) {
        final String address = value(ADDRESS);
        if (!isLoopback(address) && value(KEYS) == null) {
            problems.add("setting address='" + address + "' (" + origin(ADDRESS)
                    + ") lets other machines in, and nobody would ask who they are: set `keys` too, or use a loopback"
                    + " address such as 127.0.0.1");
        }
        if (value(ACL) != null && value(KEYS) == null) {
            problems.add(
                    "setting acl='" + value(ACL) + "' (" + origin(ACL) + ") needs `keys`: rights belong to principals");
        }
        if (value(AERON_DIRECTORY) != null && value(THREADING) != Threading.PROFILE) {
            problems.add("setting threading='" + SettingType.nameOf(value(THREADING)) + "' (" + origin(THREADING)
                    + ") is one of the embedded media driver, and `aeron.directory` names another");
        }
    }

    private static String suggestion(final String name) {
        String best = null;
        int bestDistance = MAX_SUGGESTION_DISTANCE + 1;
        for (final String candidate : new TreeSet<>(TABLE.keySet())) {
            final int distance = distance(name, candidate);
            if (distance < bestDistance && distance < candidate.length()) {
                best = candidate;
                bestDistance = distance;
            }
        }
        return best == null ? "; there are: " + String.join(", ", TABLE.keySet()) : "; did you mean " + best + '?';
    }

    /** Edits of one character that lead from one text to the other. */
    private static int distance(final String from, final String to) {
        int[] before = new int[to.length() + 1];
        for (int j = 0; j < before.length; j++) {
            before[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            final int[] now = new int[before.length];
            now[0] = i;
            for (int j = 1; j < now.length; j++) {
                final int replaced = before[j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                now[j] = Math.min(replaced, Math.min(before[j], now[j - 1]) + 1);
            }
            before = now;
        }
        return before[to.length()];
    }

    private static String echo(final String text) {
        return OneLine.of(text.length() > MAX_ECHO_LENGTH ? text.substring(0, MAX_ECHO_LENGTH) + "..." : text);
    }
}
