package io.millrace.streams.plan;

import io.millrace.operators.core.ClassCopies;
import io.millrace.streams.topology.TopologyNode;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * The copies of operator classes of one stage: its tasks share them, since their chains are the same; no two places in a
 * chain do.
 */
final class StageCopies {
    private final Map<TopologyNode, ClassCopies> copies = new IdentityHashMap<>();

    ClassCopies of(final TopologyNode node) {
        return copies.computeIfAbsent(node, n -> new ClassCopies());
    }
}
