package io.millrace.node;

import static io.millrace.node.NodeFixture.TOPIC;
import static io.millrace.node.NodeFixture.publisherContext;
import static io.millrace.node.NodeFixture.subscriberContext;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.node.access.AccessList;
import io.millrace.transport.CoLocation;
import io.millrace.transport.Credentials;
import io.millrace.transport.KeyCredentials;
import io.millrace.transport.KeyFile;
import io.millrace.transport.Publisher;
import io.millrace.transport.Subscriber;
import io.millrace.transport.protocol.LoginProof;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A node with keys and an access list, over a real network. */
@Timeout(60)
class AccessSystemTest {
    @TempDir
    private Path directory;

    private Path keys;

    @BeforeEach
    void makeKeys() {
        keys = directory.resolve("keys");
        KeyFile.add(keys, "alice");
        KeyFile.add(keys, "bob");
    }

    @Test
    void shouldLetInWhoHasAKeyAndOnlyToWhatTheListAllows() throws IOException {
        final Path rules = Files.writeString(directory.resolve("acl"), "alice trades read,write\nbob trades read\n");
        final Path others = directory.resolve("others");
        KeyFile.add(others, "alice");
        KeyFile.add(others, "mallory");
        try (Node node = Node.launch(
                NodeFixture.context(directory.resolve("store")).keys(keys).accessList(AccessList.read(rules)))) {
            NodeFixture.givenTopic(node, TOPIC, 2);
            NodeFixture.givenTopic(node, "secret", 1);
            try (Publisher publisher =
                    Publisher.connect(publisherContext(node, "feed").credentials(KeyCredentials.of(keys, "alice")))) {
                NodeFixture.publishAll(publisher, NodeFixture.givenValues(20, 1));
            }
            final Credentials bob = KeyCredentials.of(keys, "bob");
            Subscriber.connect(subscriberContext(node).credentials(bob)).close();

            assertDenied(
                    () -> Publisher.connect(publisherContext(node, "feed").credentials(bob)),
                    "not allowed: principal=bob operation=write topic=trades; ask for a line in the node's access list");
            // The same whether there is such a topic or not.
            for (final String topic : new String[] {"secret", "nothing"}) {
                assertDenied(
                        () -> Subscriber.connect(subscriberContext(node)
                                .topic(topic)
                                .credentials(bob)
                                .coLocation(CoLocation.AUTO)),
                        "not allowed: principal=bob operation=read topic=" + topic
                                + "; ask for a line in the node's access list");
            }
            assertDenied(
                    () -> Subscriber.connect(subscriberContext(node)),
                    "this node asks who is there: connect with a principal and its key");
            // Nor whether the principal is known.
            for (final String principal : new String[] {"alice", "mallory"}) {
                final long startNs = System.nanoTime();
                assertDenied(
                        () -> Subscriber.connect(
                                subscriberContext(node).credentials(KeyCredentials.of(others, principal))),
                        "login failed: the principal is not known here, or its key is another one");
                assertThat(System.nanoTime() - startNs).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(500));
            }
            assertThat(node.counters().recordsAppended()).isEqualTo(20);
        }
    }

    @Test
    void shouldNotGoOnWithANodeThatDoesNotHaveTheKey() {
        try (Node node = NodeFixture.givenNode(directory.resolve("store"))) {
            assertDenied(
                    () -> Subscriber.connect(subscriberContext(node).credentials(KeyCredentials.of(keys, "alice"))),
                    "this node knows no principals: principal=alice; connect without credentials, or give the node a key"
                            + " file");
        }
    }

    @Test
    void shouldRefuseAProofThatWasMadeForAnotherChallenge() {
        final KeyAuthenticator authenticator = new KeyAuthenticator(KeyFile.read(keys));
        final byte[] key = KeyFile.read(keys).key("alice");
        final byte[] clientNonce = "a nonce of the client".getBytes(StandardCharsets.US_ASCII);
        final byte[] first = authenticator.challenge("alice");
        final byte[] second = authenticator.challenge("alice");
        final byte[] proof = LoginProof.ofClient(key, "alice", first, clientNonce);

        assertThat(authenticator.authenticate("alice", first, clientNonce, proof))
                .isEqualTo(LoginProof.ofNode(key, "alice", first, clientNonce));
        assertThat(first).hasSize(32).isNotEqualTo(second);
        assertDenied(() -> authenticator.authenticate("alice", second, clientNonce, proof), "login failed");
        assertDenied(() -> authenticator.authenticate("bob", first, clientNonce, proof), "login failed");
        assertDenied(() -> authenticator.authenticate("alice", first, clientNonce, new byte[0]), "login failed");
        final byte[] none = new byte[0];
        assertDenied(
                () -> authenticator.authenticate("alice", first, none, LoginProof.ofClient(key, "alice", first, none)),
                "login failed");
        assertThat(authenticator.challenge("nobody we know")).hasSize(32);
        assertThat(authenticator.failedLogins()).isEqualTo(4);
    }

    private static void assertDenied(final ThrowingCallable call, final String message) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        MillraceException.class, ex -> assertThat(ex.code()).isEqualTo(ErrorCode.ACCESS_DENIED))
                .hasMessageStartingWith(message);
    }
}
