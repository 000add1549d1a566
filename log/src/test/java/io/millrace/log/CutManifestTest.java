package io.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.codec.CutEntryDecoder;
import io.millrace.log.codec.CutManifestDecoder;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class CutManifestTest {
    private static final Path FILE = Path.of("cut.1");
    private static final byte[] BOOT = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};

    @Test
    void shouldHaveTheLayoutOfTheSchema() {
        assertThat(CutManifestDecoder.magicEncodingOffset()).isZero();
        assertThat(CutManifestDecoder.crcEncodingOffset()).isEqualTo(CutManifest.CRC_OFFSET);
        assertThat(CutManifestDecoder.versionEncodingOffset()).isEqualTo(CutManifest.VERSION_OFFSET);
        assertThat(CutManifestDecoder.generationEncodingOffset()).isEqualTo(CutManifest.GENERATION_OFFSET);
        assertThat(CutManifestDecoder.bootIdEncodingOffset()).isEqualTo(CutManifest.BOOT_ID_OFFSET);
        assertThat(CutManifestDecoder.bootIdEncodingLength()).isEqualTo(CutManifest.BOOT_ID_LENGTH);
        assertThat(CutManifestDecoder.flagsEncodingOffset()).isEqualTo(CutManifest.FLAGS_OFFSET);
        assertThat(CutManifestDecoder.entryCountEncodingOffset()).isEqualTo(CutManifest.COUNT_OFFSET);
        assertThat(CutManifestDecoder.BLOCK_LENGTH).isEqualTo(CutManifest.HEADER_LENGTH);
        assertThat(CutEntryDecoder.topicIdEncodingOffset()).isZero();
        assertThat(CutEntryDecoder.partitionEncodingOffset()).isEqualTo(CutManifest.PARTITION_OFFSET);
        assertThat(CutEntryDecoder.beginPositionEncodingOffset()).isEqualTo(CutManifest.BEGIN_OFFSET);
        assertThat(CutEntryDecoder.positionEncodingOffset()).isEqualTo(CutManifest.POSITION_OFFSET);
        assertThat(CutEntryDecoder.clockEncodingOffset()).isEqualTo(CutManifest.CLOCK_OFFSET);
        assertThat(CutEntryDecoder.ENCODED_LENGTH).isEqualTo(CutManifest.ENTRY_LENGTH);
        assertThat(new UnsafeBuffer("MILLCUT1".getBytes(java.nio.charset.StandardCharsets.US_ASCII)).getLong(0))
                .isEqualTo(CutManifest.MAGIC);
    }

    @Test
    void shouldReadWhatItWrote() {
        final CutManifest manifest = manifest(7, 3, true);

        assertThat(manifest.generation()).isEqualTo(7);
        assertThat(manifest.isClean()).isTrue();
        assertThat(manifest.count()).isEqualTo(3);
        assertThat(manifest.find(1, 0)).isZero();
        assertThat(manifest.find(2, 5)).isEqualTo(CutManifest.NOT_FOUND);
        final int entry = manifest.find(3, 2);
        assertThat(manifest.begin(entry)).isEqualTo(64);
        assertThat(manifest.position(entry)).isEqualTo(7_000_002);
        assertThat(manifest.clock(entry)).isEqualTo(Long.MIN_VALUE + 2);
    }

    @Test
    void shouldBeUsableAgainForAShorterCut() {
        final CutManifest reused = new CutManifest();
        fill(reused, 1, 50).finish(false);

        final CutManifest read =
                CutManifest.decode(FILE, bytes(fill(reused, 2, 1).finish(false)));

        assertThat(read.generation()).isEqualTo(2);
        assertThat(read.count()).isOne();
        assertThat(read.isClean()).isFalse();
    }

    @Test
    void shouldBelongToOneRunOfTheMachineOnly() {
        final byte[] other = BOOT.clone();
        other[15]++;

        assertThat(manifest(1, 0, false).isOfBoot(BOOT)).isTrue();
        assertThat(manifest(1, 0, false).isOfBoot(other)).isFalse();
    }

    @Test
    void shouldNeverBelongToARunThatIsUnknown() {
        final CutManifest manifest = new CutManifest();
        manifest.begin(1, new byte[16], 0);

        assertThat(manifest.isOfBoot(new byte[16])).isFalse();
    }

    @Test
    void shouldRefuseEntriesOutOfOrder() {
        final CutManifest manifest = new CutManifest();
        manifest.begin(1, BOOT, 2);
        manifest.add(2, 1, 0, 0, 0);

        assertThatThrownBy(() -> manifest.add(2, 1, 0, 0, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldTellAnotherVersionFromDamage() {
        final byte[] bytes = bytes(fill(new CutManifest(), 1, 2).finish(false));
        bytes[CutManifest.VERSION_OFFSET] = 9;
        assertThat(CutManifest.decode(FILE, bytes)).isNull();

        final CRC32C crc = new CRC32C();
        crc.update(bytes, CutManifest.VERSION_OFFSET, bytes.length - CutManifest.VERSION_OFFSET);
        new UnsafeBuffer(bytes).putInt(CutManifest.CRC_OFFSET, (int) crc.getValue());

        assertThatThrownBy(() -> CutManifest.decode(FILE, bytes))
                .isInstanceOfSatisfying(
                        MillraceException.class, ex -> assertThat(ex.code()).isEqualTo(ErrorCode.UNSUPPORTED_VERSION))
                .hasMessageContaining("file=cut.1 version=9 known=1");
    }

    @Test
    void shouldRefuseEveryCutThatIsShortOrHasAFlippedBit() {
        final byte[] bytes = bytes(fill(new CutManifest(), 1, 3).finish(true));

        for (int length = 0; length < bytes.length; length++) {
            assertThat(CutManifest.decode(FILE, java.util.Arrays.copyOf(bytes, length)))
                    .as("length %s", length)
                    .isNull();
        }
        for (int bit = 0; bit < bytes.length * 8; bit++) {
            final byte[] damaged = bytes.clone();
            damaged[bit >> 3] ^= (byte) (1 << (bit & 7));
            assertThat(CutManifest.decode(FILE, damaged)).as("bit %s", bit).isNull();
        }
    }

    /** What a loss of power leaves of a file that is written over: any of its sectors, old or new. */
    @Test
    void shouldBeWholeOrNotThereAfterAnyTornWrite() {
        final long seed = Long.getLong("millrace.test.seed", System.nanoTime());
        final SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 20_000; i++) {
            final byte[] before =
                    bytes(fill(new CutManifest(), i, random.nextInt(100)).finish(random.nextBoolean()));
            final byte[] after =
                    bytes(fill(new CutManifest(), i + 2, random.nextInt(100)).finish(random.nextBoolean()));
            final byte[] torn = tear(before, after, random);

            final CutManifest read = CutManifest.decode(FILE, torn);

            if (read != null) {
                final byte[] whole = read.generation() == i ? before : after;
                assertThat(read.generation() == i || read.generation() == i + 2)
                        .as("seed %s round %s", seed, i)
                        .isTrue();
                assertThat(java.util.Arrays.copyOf(torn, whole.length))
                        .as("seed %s round %s", seed, i)
                        .isEqualTo(whole);
            }
        }
    }

    private static byte[] tear(final byte[] before, final byte[] after, final SplittableRandom random) {
        final int sector = 512;
        final int longest = Math.max(before.length, after.length);
        final byte[] torn = new byte[before.length >= after.length || random.nextBoolean() ? longest : before.length];
        System.arraycopy(before, 0, torn, 0, before.length);
        for (int at = 0; at < Math.min(after.length, torn.length); at += sector) {
            if (random.nextBoolean()) {
                System.arraycopy(after, at, torn, at, Math.min(sector, Math.min(after.length, torn.length) - at));
            }
        }
        return torn;
    }

    private static CutManifest manifest(final long generation, final int count, final boolean isClean) {
        return CutManifest.decode(
                FILE, bytes(fill(new CutManifest(), generation, count).finish(isClean)));
    }

    private static CutManifest fill(final CutManifest manifest, final long generation, final int count) {
        manifest.begin(generation, BOOT, count);
        for (int i = 0; i < count; i++) {
            manifest.add(i + 1, i, i * 32L, generation * 1_000_000 + i, Long.MIN_VALUE + i);
        }
        return manifest;
    }

    private static byte[] bytes(final ByteBuffer source) {
        final byte[] bytes = new byte[source.remaining()];
        source.get(bytes);
        return bytes;
    }
}
