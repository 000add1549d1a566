package io.millrace.node;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.node.counters.CounterType;
import io.millrace.node.counters.CountersView;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * Answers on the loopback interface whether the node is well: {@code /health} and {@code /ready} with 200 or 503 and one line,
 * {@code /metrics} with the counters as Prometheus reads them.
 */
final class HealthServer implements AutoCloseable {
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;
    private static final int UNAVAILABLE = 503;
    private static final String PREFIX = "millrace_";

    private final HttpServer server;
    private final ExecutorService thread;
    private final Supplier<Throwable> failure;
    private final CountersView counters;

    private HealthServer(final HttpServer server, final Supplier<Throwable> failure, final CountersView counters) {
        this.server = server;
        this.failure = failure;
        this.counters = counters;
        this.thread = Executors.newSingleThreadExecutor(task -> {
            final Thread made = new Thread(task, "millrace-node-http");
            made.setDaemon(true);
            return made;
        });
    }

    /**
     * Starts to listen.
     *
     * @param port     of the loopback interface, 0 for any free one
     * @param failure  why the node serves nobody any more, null while it does
     * @param counters of the node
     * @return the server
     * @throws MillraceException TRANSPORT when the port is in use
     */
    static HealthServer start(final int port, final Supplier<Throwable> failure, final CountersView counters) {
        final InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        try {
            final HealthServer health = new HealthServer(HttpServer.create(address, 0), failure, counters);
            health.server.createContext("/", health::onRequest);
            health.server.setExecutor(health.thread);
            health.server.start();
            return health;
        } catch (final IOException ex) {
            throw new MillraceException(
                    ErrorCode.TRANSPORT,
                    "cannot listen for health and metrics: http.port=" + port + "; " + ex.getMessage()
                            + "; choose another, 0 for any free one, or off",
                    ex);
        }
    }

    /** Host and port that it listens on. */
    String address() {
        final InetSocketAddress address = server.getAddress();
        return address.getAddress().getHostAddress() + ':' + address.getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        thread.shutdownNow();
    }

    private void onRequest(final HttpExchange exchange) throws IOException {
        try (exchange) {
            switch (exchange.getRequestURI().getPath()) {
                case "/health", "/ready" -> answerState(exchange);
                case "/metrics" -> answer(exchange, OK, metrics());
                default -> answer(exchange, NOT_FOUND, "there are /health, /ready and /metrics\n");
            }
        }
    }

    private void answerState(final HttpExchange exchange) throws IOException {
        final Throwable cause = failure.get();
        answer(exchange, cause == null ? OK : UNAVAILABLE, cause == null ? "ok\n" : cause.getMessage() + '\n');
    }

    private static void answer(final HttpExchange exchange, final int status, final String text) throws IOException {
        final byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private String metrics() {
        final StringBuilder text = new StringBuilder(4096);
        metric(text, "up", "gauge", "", failure.get() == null ? 1 : 0);
        counters.forEach((type, label, value) -> {
            switch (type) {
                case TOTAL -> metric(text, name(label) + "_total", "counter", "", value);
                case LEVEL -> metric(text, name(label), "gauge", "", value);
                default -> {}
            }
        });
        topics(text, CounterType.TOPIC_PARTITIONS, "topic_partitions", "gauge");
        topics(text, CounterType.TOPIC_APPENDED, "topic_appended_bytes_total", "counter");
        topics(text, CounterType.TOPIC_HELD, "topic_held_bytes", "gauge");
        return text.toString();
    }

    /** All samples of one metric have to stand together. */
    private void topics(final StringBuilder text, final CounterType wanted, final String name, final String kind) {
        final int begin = text.length();
        // Names of topics need no escapes: letters, digits, dots, underscores and hyphens.
        counters.forEach((type, label, value) -> {
            if (type == wanted) {
                sample(text, name, "{topic=\"" + label + "\"}", value);
            }
        });
        if (text.length() > begin) {
            text.insert(begin, "# TYPE " + PREFIX + name + ' ' + kind + '\n');
        }
    }

    private static void metric(
            final StringBuilder text, final String name, final String kind, final String labels, final long value) {
        text.append("# TYPE ")
                .append(PREFIX)
                .append(name)
                .append(' ')
                .append(kind)
                .append('\n');
        sample(text, name, labels, value);
    }

    private static void sample(final StringBuilder text, final String name, final String labels, final long value) {
        text.append(PREFIX)
                .append(name)
                .append(labels)
                .append(' ')
                .append(value)
                .append('\n');
    }

    private static String name(final String label) {
        return label.replace(' ', '_');
    }
}
