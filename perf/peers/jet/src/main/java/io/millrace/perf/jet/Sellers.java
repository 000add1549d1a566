package io.millrace.perf.jet;

import com.hazelcast.jet.Traverser;
import com.hazelcast.jet.Traversers;
import io.millrace.perf.compare.nexmark.NexmarkEvent;
import io.millrace.perf.compare.nexmark.NexmarkRows;
import java.util.ArrayList;
import java.util.List;

/** Persons and auctions of one seller, whichever comes first. */
final class Sellers {
    private final List<NexmarkEvent> persons = new ArrayList<>(1);
    private final List<NexmarkEvent> auctions = new ArrayList<>(1);

    /** Takes one more, and pairs it with those of the other kind. */
    Traverser<String> add(final NexmarkEvent event) {
        if (event.isPerson()) {
            persons.add(event);
            return Traversers.traverseIterable(auctions).map(auction -> row(event, auction));
        }
        auctions.add(event);
        return Traversers.traverseIterable(persons).map(person -> row(person, event));
    }

    private static String row(final NexmarkEvent person, final NexmarkEvent auction) {
        return NexmarkRows.q3(person.name(), person.city(), person.state(), auction.id());
    }
}
