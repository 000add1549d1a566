package io.millrace.examples.market;

import de.siegmar.fastcsv.reader.CsvReader;
import io.millrace.examples.data.DataFile;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Reads recordings of markets: of Binance's streams (lines of a time and a JSON message), trades in the format of the demo
 * (docs/data-format.md), and days of US equities by their names.
 */
public final class MarketFiles {
    private static final String DEMO_HEADER = "event_time_ms,symbol,price,quantity";

    private MarketFiles() {}

    /**
     * Reads several files as one recording.
     *
     * @param files of any of the formats.
     * @return their events: each file in its order, and the files merged by time.
     * @throws io.millrace.log.error.MillraceException with code CONFIGURATION, file and line, if there is something else in them.
     */
    public static List<MarketEvent> read(final List<DataFile> files) {
        record Head(List<MarketEvent> events, int index, int file) {
            long timeNs() {
                return events.get(index).timeNs();
            }
        }

        final PriorityQueue<Head> heads = new PriorityQueue<>(
                (a, b) -> a.timeNs() != b.timeNs() ? Long.compare(a.timeNs(), b.timeNs()) : a.file() - b.file());
        for (int file = 0; file < files.size(); file++) {
            final List<MarketEvent> events = read(files.get(file));
            if (!events.isEmpty()) {
                heads.add(new Head(events, 0, file));
            }
        }
        final List<MarketEvent> merged = new ArrayList<>();
        for (Head head = heads.poll(); head != null; head = heads.poll()) {
            merged.add(head.events().get(head.index()));
            if (head.index() + 1 < head.events().size()) {
                heads.add(new Head(head.events(), head.index() + 1, head.file()));
            }
        }
        return merged;
    }

    private static List<MarketEvent> read(final DataFile file) {
        final List<MarketEvent> events = new ArrayList<>();
        file.forEachLine(reader(file.fileName(), events));
        return events;
    }

    private static Consumer<String> reader(final String fileName, final List<MarketEvent> events) {
        final EquityTicks equities = EquityTicks.of(fileName);
        if (equities != null) {
            return line -> events.add(equities.parse(fields(line)));
        }
        final String venue = fileName.replaceFirst("[-_.].*", "");
        if (fileName.replaceFirst("\\.gz$", "").endsWith(".csv")) {
            return line -> {
                if (!line.startsWith(DEMO_HEADER)) {
                    events.add(demoTrade(fields(line), venue));
                }
            };
        }
        return line -> {
            final String before =
                    events.isEmpty() ? "" : events.get(events.size() - 1).symbol();
            final MarketEvent event = BinanceLine.parse(line, venue, before);
            if (event != null) {
                events.add(event);
            }
        };
    }

    private static Trade demoTrade(final List<String> fields, final String venue) {
        if (fields.size() < 4) {
            throw new IllegalArgumentException("expected " + DEMO_HEADER);
        }
        return new Trade(
                TimeUnit.MILLISECONDS.toNanos(Long.parseLong(fields.get(0))),
                fields.get(1),
                venue,
                BinanceLine.e8(fields.get(2)),
                BinanceLine.e8(fields.get(3)));
    }

    private static List<String> fields(final String line) {
        return CsvReader.builder().ofSingleCsvRecord(line).getFields();
    }
}
