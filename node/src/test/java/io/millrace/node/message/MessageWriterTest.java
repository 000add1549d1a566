package io.millrace.node.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.error.MillraceException;
import io.millrace.node.demo.codec.TradeDecoder;
import io.millrace.operators.codec.SbeCodec;
import io.millrace.operators.codec.SbeHeader;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MessageWriterTest {
    private static final String LINE = "{'i8':-127,'u8':254,'i16':-5,'u16':65534,'i32':-2147483647,'u32':4294967294,"
            + "'i64':-9223372036854775807,'u64':18446744073709551614,'f32':0.1,'f64':-1.5E300,'c':'x','maybeI8':null,"
            + "'maybeU64':0,'maybeF64':null,'maybeC':null,'percent':100,'symbol':'ABC','note':'ä','triple':[1,-2,3],"
            + "'pair':[null,9],'side':'BUY','level':'HIGH','always':'SELL','flags':['first','last'],'wide':['high'],"
            + "'price':101.25,'maybePrice':null,'decimal':1.10,"
            + "'point':{'x':1.5,'y':null,'side':'SELL','marks':['blue'],'size':{'width':3,'height':4},'unit':'mm'},"
            + "'formatVersion':9,'venue':'XETR','letter':'Q','added':6,"
            + "'legs':[{'id':1,'fills':[{'price':0,'trader':'jo'},{'price':-7.5,'trader':''}],'text':'éa\\n'},"
            + "{'id':2,'fills':[],'text':''}],'marks':[{'at':3}],'comment':'','blob':{'base64':'AP8='}}";

    private static final int ADDED_LENGTH = 4;
    private static final int MARKS_LENGTH = 2;
    private static final int COMMENT_LENGTH = 2;
    private static final int BLOB_LENGTH = 4;

    private final MessageFixture messages = new MessageFixture(MessageFixture.SCHEMA, "Everything");

    @Test
    void shouldPrintEachKindOfFieldAsItIsWritten() {
        assertThat(messages.print(messages.write(json(LINE)))).isEqualTo(json(LINE));
    }

    @Test
    void shouldDoWithoutWhatIsOptionalConstantOrEmpty() {
        final String line =
                "{'i8':0,'u8':0,'i16':0,'u16':0,'i32':0,'u32':0,'i64':0,'u64':0,'f32':0,'f64':'NaN','c':' ',"
                        + "'percent':0,'symbol':'','triple':[0,0,0],'side':'BUY','flags':[],'wide':[],'price':0,"
                        + "'decimal':{'mantissa':null,'exponent':0},'point':{'x':0,'side':'BUY','marks':[],"
                        + "'size':{'width':0,'height':0}},'added':0}";

        assertThat(messages.print(messages.write(json(line))))
                .contains(json("'maybeI8':null,'maybeU64':null,'maybeF64':null,'maybeC':null"))
                .contains(json("'note':null"), json("'pair':[null,null]"), json("'level':null,'always':'SELL'"))
                .contains(json("'maybePrice':null,'decimal':{'mantissa':null,'exponent':0}"))
                .endsWith(json("'legs':[],'marks':[],'comment':'','blob':{'base64':''}}"));
    }

    @Test
    void shouldWriteWhatTheGeneratedDecoderReads() {
        final MessageFixture market = new MessageFixture(Path.of("src/main/resources/millrace-market.xml"), "Trade");

        final byte[] message = market.write(
                json("{'receivedNs':5,'symbol':'BTC-USD','tradeId':7,'price':101.25,'quantity':{'mantissa':3}}"));

        final TradeDecoder trade =
                new SbeCodec<>(TradeDecoder::new).decode(new UnsafeBuffer(message), 0, message.length);
        assertThat(trade.symbol()).isEqualTo("BTC-USD");
        assertThat(trade.tradeId()).isEqualTo(7);
        assertThat(trade.price().mantissa()).isEqualTo(10_125_000_000L);
        assertThat(trade.quantity().mantissa()).isEqualTo(3);
        assertThat(trade.receivedNs()).isEqualTo(5);
        assertThat(market.print(message))
                .isEqualTo(
                        json("{'symbol':'BTC-USD','tradeId':7,'price':101.25,'quantity':0.00000003,'receivedNs':5}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'i8':-127|'i8':-128|field i8 must be a whole number from -127 to 127: -128",
                "'u8':254|'u8':255|field u8 must be a whole number from 0 to 254: 255",
                "'u64':18446744073709551614|'u64':18446744073709551615|from 0 to 18446744073709551614: 18446",
                "'i32':-2147483647|'i32':1.0|field i32 must be a whole number from -2147483647 to 2147483647: 1.0",
                "'i16':-5|'i16':'5'|field i16 must be a whole number from -32767 to 32767: '5'",
                "'i16':-5,||field i16 is missing: it must be a whole number from -32767 to 32767",
                "'i16':-5|'i16':null|field i16 is missing: it must be a whole number",
                "'maybeU64':0|'maybeU64':7|, or null: 7",
                "'percent':100|'percent':101|field percent must be a whole number from 0 to 100: 101",
                "'f32':0.1|'f32':1e39|field f32 must be a number of 32 bits",
                "'f64':-1.5E300|'f64':true|field f64 must be a number of 64 bits",
                "'c':'x'|'c':'xy'|field c must be a text of one character from U+0020 to U+007E: 'xy'",
                "'symbol':'ABC'|'symbol':'ABCDEFG'|field symbol must be a text of at most 6 bytes",
                "'symbol':'ABC'|'symbol':'Ä'|in US-ASCII: 'Ä'",
                "'symbol':'ABC'|'symbol':'A\\u0000C'|none of them zero",
                "'note':'ä'|'note':'ääääa'|field note must be a text of at most 8 bytes",
                "'triple':[1,-2,3]|'triple':[1,-2]|field triple must be an array of 3 numbers: [1, -2]",
                "'triple':[1,-2,3]|'triple':[1,null,3]|field triple[1] is missing",
                "'side':'BUY'|'side':'buy'|field side must be one of BUY, SELL: 'buy'",
                "'level':'HIGH'|'level':500|field level must be one of LOW, HIGH, or null: 500",
                "'always':'SELL'|'always':'BUY'|field always must be 'SELL', which is constant: 'BUY'",
                "'formatVersion':9|'formatVersion':8|field formatVersion must be 9, which is constant: 8",
                "'flags':['first','last']|'flags':['second']|must be an array of any of first, middle, last: [second]",
                "'price':101.25|'price':101.255|field price must be a number with at most 2 decimal places, or an object",
                "'price':101.25|'price':1e999999999|field price must be a number",
                "'price':101.25|'price':92233720368547758.08|field price.mantissa must be a whole number from -92",
                "'maybePrice':null|'maybePrice':1500|must be a number that is a multiple of 1E3",
                "'price':101.25|'price':{'mantissa':1,'digits':2}|has no field 'digits'",
                "'size':{'width':3|'size':{'width':-1|field point.size.width must be a whole number from 0 to 65534: -1",
                "'id':2|'id':2,'ids':3|has no field 'legs[1].ids' in its schema, which knows id, fills, text",
                "'i8':-127|'i8':1,'i8':1|has field 'i8' twice",
                "'trader':'jo'|'trader':'joanna'|field legs[0].fills[0].trader must be a text of at most 5 bytes",
                "'marks':[{'at':3}]|'marks':[{'at':3},{'at':3},{'at':3},{'at':3}]|an array of at most 3 objects",
                "'marks':[{'at':3}]|'marks':[3]|field marks[0] must be an object: '3'",
                "'marks':[{'at':3}]|'marks':{'at':3}|field marks must be an array of at most 3 objects: {at=3}",
                "'comment':''|'comment':'\\ud800'|field comment must be a text of at most 65534 bytes in UTF-8",
                "'blob':{'base64':'AP8='}|'blob':'AP8='|field blob must be {\"base64\":\"...\"}",
                "'blob':{'base64':'AP8='}|'blob':{'base64':'?'}|field blob.base64 must be Base64: '?'",
                "'i8':-127|'other':1|has no field 'other' in its schema, which knows i8, u8",
            })
    void shouldSayWhatIsWrongAndWhatIsAllowed(final String from, final String to, final String problem) {
        assertThat(LINE).contains(from);
        final String line = LINE.replace(from, to == null ? "" : to);

        assertThatThrownBy(() -> messages.write(json(line)))
                .isInstanceOf(MillraceException.class)
                .hasMessageContaining(problem);
    }

    @Test
    void shouldTakeOneObjectAndNothingElse() {
        final MessageFixture small = new MessageFixture(MessageFixture.SCHEMA, "Small");

        assertThatThrownBy(() -> small.write("[1]")).hasMessage("is no JSON object");
        assertThatThrownBy(() -> small.write("")).hasMessage("is no JSON object");
        assertThatThrownBy(() -> small.write("{\"id\":")).hasMessageStartingWith("is no JSON: ");
        assertThatThrownBy(() -> small.write("{\"id\":1} 2")).hasMessage("holds more than one JSON value");
    }

    @Test
    void shouldReadWhatAnOlderSchemaWrote() {
        final byte[] message = messages.write(
                json(LINE.replace("'marks':[{'at':3}]", "'marks':[]").replace("AP8=", "")));
        final int block = new UnsafeBuffer(message).getShort(0) & 0xFFFF;
        final int groups = SbeHeader.LENGTH + block;
        // Version 0 had neither the last field, nor the group and the data that version 2 has added.
        final int end = message.length - MARKS_LENGTH - COMMENT_LENGTH - BLOB_LENGTH;
        final ByteBuffer older = ByteBuffer.allocate(end - ADDED_LENGTH + COMMENT_LENGTH)
                .put(message, 0, groups - ADDED_LENGTH)
                .put(message, groups, end - groups);
        new UnsafeBuffer(older).putShort(0, (short) (block - ADDED_LENGTH));
        new UnsafeBuffer(older).putShort(6, (short) 0);

        assertThat(messages.print(older.array()))
                .contains(json("'letter':'Q','legs':[{'id':1"))
                .endsWith(json("'comment':''}"));
    }

    @Test
    void shouldPrintAsNumbersWhatTheSchemaHasNoNameFor() {
        final byte[] message = messages.write(json(LINE));
        final int side = 8 + indexOfDifference("'side':'BUY','level'", "'side':'SELL','level'");
        final int flags = 8 + indexOfDifference("['first','last']", "['middle']");
        message[side] = 'X';
        message[flags] = 3;

        assertThat(messages.print(message)).contains(json("'side':88"), json("'flags':['first',1]"));
    }

    @Test
    void shouldRefuseWhatIsNoMessageOfTheSchema() {
        final byte[] message = messages.write(json(LINE));

        assertThatThrownBy(() -> messages.print(new byte[7])).hasMessageContaining("shorter than a message's header");
        assertThatThrownBy(() -> messages.print(Arrays.copyOf(message, 40)))
                .hasMessageContaining("it ends within its block");
        assertThatThrownBy(() -> messages.print(Arrays.copyOf(message, message.length - 1)))
                .hasMessageContaining("it ends within blob: needed=2 left=1");
        message[2] = 9;
        assertThatThrownBy(() -> messages.print(message)).hasMessageContaining("it has template 9 of schema 901");
    }

    @Test
    void shouldRefuseASchemaThatItCannotUse(@TempDir final Path directory) throws Exception {
        final Path file = directory.resolve("schema.xml");
        final String good = Files.readString(MessageFixture.SCHEMA);

        assertUnusable(file, null, "cannot read it");
        assertUnusable(file, "hello", "schema cannot be used: file=" + file);
        assertUnusable(file, good.replace("littleEndian", "bigEndian"), "must be little-endian");
        assertUnusable(file, good.replace("<sbe:messageSchema", "<!DOCTYPE x><sbe:messageSchema"), "DOCTYPE");
        assertUnusable(
                file,
                good.replaceFirst("\"templateId\" primitiveType=\"uint16\"", "\"templateId\" primitiveType=\"uint8\""),
                "four of uint16");
        assertUnusable(file, good.replace("type=\"symbol\"", "type=\"nothing\""), "schema cannot be used");
        assertThatThrownBy(() -> new MessageWriter(MessageSchema.read(MessageFixture.SCHEMA), "Trade"))
                .hasMessage("no such message: Trade; the schema has Everything, Small");
        assertThatThrownBy(() -> new MessageWriter(MessageSchema.read(MessageFixture.SCHEMA), null))
                .hasMessage("which message? the schema has Everything, Small");
    }

    private static void assertUnusable(final Path file, final String text, final String problem) throws Exception {
        if (text != null) {
            Files.writeString(file, text);
        }
        assertThatThrownBy(() -> MessageSchema.read(file))
                .isInstanceOf(MillraceException.class)
                .hasMessageContaining(problem)
                .hasMessageNotContaining("\n");
    }

    private int indexOfDifference(final String from, final String to) {
        assertThat(LINE).contains(from);
        return Arrays.mismatch(messages.write(json(LINE)), messages.write(json(LINE.replace(from, to)))) - 8;
    }

    private static String json(final String text) {
        return text.replace('\'', '"');
    }
}
