package io.millrace.torture.check;

import java.util.List;

/** Three tables, each of a topic of its own. */
final class TablesReference implements Reference {
    private final List<SourceReference> tables =
            List.of(new AccountsReference(), new TimedReference(), new LeasedReference());
    private SourceReference table;

    @Override
    public void beginPartition(final int topic) {
        table = tables.get(topic);
        table.beginPartition(topic);
    }

    @Override
    public void take(final StoredRecord record, final Outputs outputs) {
        table.take(record, outputs);
    }

    @Override
    public void finish(final Outputs outputs) {
        // Nobody waits for the end.
    }
}
