package io.millrace.node.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccessListTest {
    @TempDir
    private Path directory;

    @Test
    void shouldAllowWhatALineSaysAndNothingElse() throws IOException {
        final AccessList list = AccessList.read(given("""
                # who      what       how
                alice      orders.*   read,write

                *          public-*   read
                ops        *          all
                ops        __broker   read
                bob        a*b*c      group
                """));

        assertThat(list.isAllowed("alice", Operation.WRITE, "orders.eu")).isTrue();
        assertThat(list.isAllowed("alice", Operation.DELETE, "orders.eu")).isFalse();
        // A dot in a pattern is a dot.
        assertThat(list.isAllowed("alice", Operation.READ, "orders-eu")).isFalse();
        assertThat(list.isAllowed("alice", Operation.READ, "x.orders.eu")).isFalse();
        assertThat(list.isAllowed("Alice", Operation.READ, "orders.eu")).isFalse();
        assertThat(list.isAllowed("anyone", Operation.READ, "public-1")).isTrue();
        assertThat(list.isAllowed("anyone", Operation.WRITE, "public-1")).isFalse();
        assertThat(list.isAllowed("ops", Operation.ADMIN, "orders")).isTrue();
        assertThat(list.isAllowed("ops", Operation.WRITE, "__broker")).isFalse();
        assertThat(list.isAllowed("ops", Operation.READ, "__broker")).isTrue();
        assertThat(list.isAllowed("ops", Operation.READ, "__other")).isFalse();
        assertThat(list.isAllowed("bob", Operation.GROUP, "a1b2c")).isTrue();
        assertThat(list.isAllowed("bob", Operation.GROUP, "a1b2c3")).isFalse();
        assertThat(AccessList.OPEN.isAllowed("", Operation.DELETE, "any")).isTrue();
    }

    @Test
    void shouldRefuseInOneLine() throws IOException {
        final AccessList list = AccessList.read(given(""));

        assertThatThrownBy(() -> list.check("mallory", Operation.READ, "a\nb"))
                .isInstanceOfSatisfying(
                        MillraceException.class, ex -> assertThat(ex.code()).isEqualTo(ErrorCode.ACCESS_DENIED))
                .hasMessage("not allowed: principal=mallory operation=read topic=a\\nb; ask for a line in the node's"
                        + " access list");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "alice orders|line 1 must be a principal, a topic pattern and operations",
                "alice orders rea|line 1 has an unknown operation: rea",
                "alice orders read,|line 1 has an unknown operation: ",
                "alice ../etc read|line 1 has a pattern that can match no topic: ../etc"
            })
    void shouldSayWhichLineCannotBeUsed(final String line, final String message) throws IOException {
        final Path file = given(line);

        assertThatThrownBy(() -> AccessList.read(file))
                .isInstanceOfSatisfying(
                        MillraceException.class, ex -> assertThat(ex.code()).isEqualTo(ErrorCode.CONFIGURATION))
                .hasMessageContaining(message);
    }

    private Path given(final String text) throws IOException {
        return Files.writeString(directory.resolve("acl"), text);
    }
}
