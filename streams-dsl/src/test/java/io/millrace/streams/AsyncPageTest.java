package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holds docs/async.md and its code together. */
class AsyncPageTest {
    private static final Path PAGE = Path.of("../docs/async.md");

    @TempDir
    Path directory;

    private static void score(final Topology topology, final URI service) {
        HttpClient client = HttpClient.newHttpClient();

        topology.stream("payments", Codecs.string())
                .mapAsync(
                        "score",
                        payment -> client.sendAsync(
                                        HttpRequest.newBuilder(service.resolve("/score"))
                                                .POST(BodyPublishers.ofString(payment))
                                                .build(),
                                        BodyHandlers.ofString())
                                .thenApply(answer -> payment + " " + answer.body()),
                        Async.atMost(16)
                                .timeout(Duration.ofSeconds(2))
                                .attempts(3, Duration.ofMillis(100), Duration.ofSeconds(1)),
                        Codecs.string())
                .orElse((payment, error) -> payment + " unknown")
                .to("payments.scored");
    }

    @Test
    void shouldShowCallsOfAServiceThatIsThere() throws Exception {
        final AtomicInteger requests = new AtomicInteger();
        final HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/score", exchange -> {
            requests.incrementAndGet();
            final int length = exchange.getRequestBody().readAllBytes().length;
            final byte[] score = Integer.toString(length).getBytes(StandardCharsets.US_ASCII);
            exchange.sendResponseHeaders(200, score.length);
            exchange.getResponseBody().write(score);
            exchange.close();
        });
        server.start();
        final Topology topology = Topology.named("job");
        score(
                topology,
                URI.create("http://" + server.getAddress().getHostString() + ":"
                        + server.getAddress().getPort()));
        try (StoreFixture fixture = new StoreFixture(directory)) {
            fixture.givenTopic("payments", 1);
            fixture.append("payments", 0, 0, "", "ann 10");
            fixture.append("payments", 0, 0, "", "bob 2000");
            fixture.end("payments");

            fixture.run(topology);
            assertThat(fixture.values("payments.scored")).containsExactly("ann 10 6", "bob 2000 8");
            fixture.run(topology, new JobContext().checkpointInterval(Duration.ZERO));
            assertThat(requests).hasValue(2);
        } finally {
            server.stop(0);
        }
    }

    @Test
    void shouldHoldTheCodeOfThePage() throws Exception {
        final List<String> blocks = PageCode.blocks(PAGE);

        assertThat(blocks).hasSize(1);
        assertThat(PageCode.source(AsyncPageTest.class)).contains(blocks);
    }
}
