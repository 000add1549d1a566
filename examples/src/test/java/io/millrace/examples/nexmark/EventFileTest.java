package io.millrace.examples.nexmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class EventFileTest {
    private static final String PERSON = "0,P,-1,7,Zoë,\"a b\",OR,,,,,,,,";
    private static final String AUCTION = "1,A,5,8,,,,-3,,9223372036854775807,,10,,,";
    private static final String BID = "2,B,5,,,,,,,,,,8,7,-9223372036854775807";
    private static final List<String> SHOWN = List.of(
            "P 0 -1 7 Zoë \"a b\" OR", "A 1 5 8 -3 null 9223372036854775807 null 10", "B 2 5 8 7 -9223372036854775807");

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 1_000_000})
    void shouldReadEachTypeInPiecesOfAnySize(final int most) {
        assertThat(read(String.join("\n", EventLine.HEADER, PERSON, AUCTION, BID, ""), most))
                .isEqualTo(SHOWN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\n\n", "\r\n\r\n"})
    void shouldTakeBothEndsOfLinesPassOverEmptyOnesAndNeedNoneAtTheEnd(final String end) {
        assertThat(read(String.join(end, EventLine.HEADER, PERSON, AUCTION, BID), 100))
                .isEqualTo(SHOWN);
        assertThat(read(EventLine.HEADER, 100)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "0,B,5;has 3 columns, not the 15 of ",
                "0,B,5,,,,,,,,,,8,7,1,;has 16 columns, not the 15 of ",
                "0,C,5,,,,,,,,,,8,7,1;type is 'C'; P, A and B are allowed",
                "0,,5,,,,,,,,,,8,7,1;type is ''; P, A and B are allowed",
                "x,B,5,,,,,,,,,,8,7,1;seq is 'x'; a whole number of up to 63 bits is allowed",
                ",B,5,,,,,,,,,,8,7,1;seq is empty; a line of type B needs a whole number there",
                "0,B,,,,,,,,,,,8,7,1;ts is empty; a line of type B needs a whole number there",
                "0,B,5,,,,,,,,,,,7,1;auction is empty; a line of type B needs a whole number there",
                "0,B,5,,,,,,,,,,8,7,;price is empty; a line of type B needs a whole number there",
                "0,B,5,,,,,,,,,,8,7,1.5;price is '1.5'; a whole number of up to 63 bits is allowed",
                "0,B,5,,,,,,,,,,8,7,-;price is '-'; a whole number of up to 63 bits is allowed",
                "0,B,5,,,,,,,,,,8,7,9223372036854775808;price is '9223372036854775808'; a whole number of up to 63 bits is",
                "0,B,5,,,,,,,,,,8,7,-9223372036854775808;price is '-9223372036854775808'; a whole number of up to 63 bits",
                "0,A,5,,,,,1,2,3,4,5,,,;id is empty; a line of type A needs a whole number there",
                "0,A,5,8,,,,1,2,3,4,a,,,;category is 'a'; a whole number of up to 63 bits is allowed",
                "0,P,5,,a,b,c,,,,,,,,;id is empty; a line of type P needs a whole number there",
                "0,B,2840140800001,,,,,,,,,,8,7,1;ts is '2840140800001'; it is in ms since the epoch, -46116860",
                "0,B,567648000006,,,,,,,,,,8,7,1;ts is '567648000006'; 18 years from that of the first event are",
            })
    void shouldSayWhatIsWrongWithALine(final String line, final String reason) {
        assertThatThrownBy(() -> read(String.join("\n", EventLine.HEADER, BID, line), 100))
                .isInstanceOfSatisfying(
                        MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFIGURATION))
                .hasMessageStartingWith("events.csv:3: " + reason);
    }

    @Test
    void shouldRefuseATextThatIsNotUtf8() {
        final String text = String.join("\n", EventLine.HEADER, "0,P,5,7,a,\u00e9,OR,,,,,,,,");

        assertThatThrownBy(() -> read(text.getBytes(StandardCharsets.ISO_8859_1), 100))
                .hasMessage("events.csv:2: city is not UTF-8");
    }

    @Test
    void shouldRefuseALineThatIsTooLongAndTakeTheLongest() {
        final String fit = "0,P,5,7," + "x".repeat(EventLine.MAX_LENGTH - 18) + ",,,,,,,,,,";

        assertThat(read(EventLine.HEADER + "\r\n" + fit + "\r\n", 5_000)).hasSize(1);
        assertThatThrownBy(() -> read(EventLine.HEADER + "\n" + fit + "x".repeat(10) + "\n", 5_000))
                .hasMessage("events.csv:2: is longer than 65536 bytes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "seq,type", "0,P,5,7,a,b,c,,,,,,,,\n"})
    void shouldRefuseAFileWithoutTheHeader(final String text) {
        assertThatThrownBy(() -> read(text, 100))
                .hasMessageStartingWith("events.csv:1: is '")
                .hasMessageEndingWith("', not the header " + EventLine.HEADER);
    }

    private static List<String> read(final String text, final int most) {
        return read(text.getBytes(StandardCharsets.UTF_8), most);
    }

    private static List<String> read(final byte[] bytes, final int most) {
        final List<String> shown = new ArrayList<>();
        new EventFile("events.csv", () -> new ByteArrayInputStream(bytes) {
                    @Override
                    public synchronized int read(final byte[] into, final int offset, final int length) {
                        return super.read(into, offset, Math.min(most, length));
                    }
                })
                .forEach(event -> shown.add(shown(event)));
        return shown;
    }

    private static String shown(final Event event) {
        final String head = (char) event.type() + " " + event.seq() + " " + event.ts() + " ";
        if (event.isBid()) {
            return head + event.auction() + " " + event.bidder() + " " + event.price();
        }
        return event.isPerson()
                ? head + event.id() + " " + event.name() + " " + event.city() + " " + event.state()
                : head + event.id() + " " + event.initialBid() + " " + nullable(event.reserve()) + " " + event.expires()
                        + " " + nullable(event.seller()) + " " + event.category();
    }

    private static Object nullable(final long number) {
        return number == Event.NULL ? null : number;
    }
}
