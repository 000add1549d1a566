package io.millrace.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.transport.protocol.LoginProof;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys in files, and what is proven with them. */
class KeyFileTest {
    private static final byte[] NODE_NONCE = "a nonce of the node, 32 bytes ...".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CLIENT_NONCE = "a nonce of the client".getBytes(StandardCharsets.US_ASCII);

    @TempDir
    private Path directory;

    private Path file;

    @BeforeEach
    void nameFile() {
        file = directory.resolve("keys");
    }

    @Test
    void shouldMakeAFileThatItsOwnerAloneCanRead() throws IOException {
        final String line = KeyFile.add(file, "alice");
        KeyFile.add(file, "bob@site-1");

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        final KeyFile keys = KeyFile.read(file);
        assertThat(keys.principals()).containsExactly("alice", "bob@site-1");
        assertThat(line).isEqualTo("alice " + HexFormat.of().formatHex(keys.key("alice")));
        assertThat(keys.key("alice")).hasSize(32).isNotEqualTo(keys.key("bob@site-1"));
        assertThat(keys.key("mallory")).isNull();
        assertThat(keys.toString()).doesNotContain(line.substring(6));
    }

    @Test
    void shouldRefuseAFileThatOthersMayRead() throws IOException {
        KeyFile.add(file, "alice");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));

        assertRefused("others than its owner may use it; run `chmod 600` on it");
    }

    @Test
    void shouldSayWhichLineCannotBeUsedWithoutTellingWhatIsInIt() throws IOException {
        KeyFile.add(file, "alice");
        final String text = Files.readString(file);
        Files.writeString(file, text + "bob 0123456789\n");

        assertRefused("line 3 is not a principal, a space and a key of 64 hexadecimal digits");
        assertThatThrownBy(() -> KeyFile.read(file)).hasMessageNotContaining("0123456789");
        Files.writeString(file, text + text);
        assertRefused("line 4 has a principal that an earlier line has");
        Files.writeString(file, "# nobody\n");
        assertRefused("it has no principal");
        Files.delete(file);
        assertRefused("there is no such file");
        Files.createDirectory(file);
        assertRefused("it is not a file");
    }

    @Test
    void shouldNotAddAPrincipalTwiceOrOneWithAnImpossibleName() {
        KeyFile.add(file, "alice");

        assertThatThrownBy(() -> KeyFile.add(file, "alice")).hasMessageContaining("it has a key for alice already");
        assertThatThrownBy(() -> KeyFile.add(file, "al ice\n")).hasMessageContaining("1 to 100 letters");
    }

    @Test
    void shouldProveEachEndToTheOtherAndNeitherToItself() {
        KeyFile.add(file, "alice");
        final byte[] key = KeyFile.read(file).key("alice");
        final KeyCredentials credentials = KeyCredentials.of(file, "");
        final byte[] ofClient = credentials.prove(NODE_NONCE, CLIENT_NONCE);
        final byte[] ofNode = LoginProof.ofNode(key, "alice", NODE_NONCE, CLIENT_NONCE);

        assertThat(ofClient).hasSize(32).isEqualTo(LoginProof.ofClient(key, "alice", NODE_NONCE, CLIENT_NONCE));
        assertThat(credentials.isProven(NODE_NONCE, CLIENT_NONCE, ofNode)).isTrue();
        assertThat(credentials.isProven(NODE_NONCE, CLIENT_NONCE, ofClient)).isFalse();
        assertThat(credentials.isProven(CLIENT_NONCE, NODE_NONCE, ofNode)).isFalse();
        assertThat(credentials.isProven(NODE_NONCE, CLIENT_NONCE, new byte[0])).isFalse();
        assertThat(ofClient).isNotEqualTo(LoginProof.ofClient(key, "alicf", NODE_NONCE, CLIENT_NONCE));
        assertThat(credentials.mayConnectWithoutChallenge()).isFalse();
    }

    @Test
    void shouldAskWhichPrincipalLogsInWhereTheFileHasSeveral() {
        KeyFile.add(file, "alice");
        KeyFile.add(file, "bob");

        assertThat(KeyCredentials.of(file, "bob").principal()).isEqualTo("bob");
        assertThatThrownBy(() -> KeyCredentials.of(file, null)).hasMessageContaining("say which principal logs in");
        assertThatThrownBy(() -> KeyCredentials.of(file, "eve")).hasMessageContaining("no key for this principal");
    }

    private void assertRefused(final String message) {
        assertThatThrownBy(() -> KeyFile.read(file))
                .isInstanceOfSatisfying(
                        MillraceException.class, ex -> assertThat(ex.code()).isEqualTo(ErrorCode.CONFIGURATION))
                .hasMessageContaining(message);
    }
}
