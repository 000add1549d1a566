package io.millrace.streams.topology;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A node of a topology's graph: a source, a step, an exchange or a sink, with the nodes that take what it hands on. */
public abstract sealed class TopologyNode permits SourceNode, StepNode, ExchangeNode, SinkNode {
    private final String name;
    private final List<TopologyNode> children = new ArrayList<>();

    TopologyNode(final String name) {
        this.name = name;
    }

    /**
     * Names the node.
     *
     * @return a name that is unique in the topology; that of a source or sink is its topic's.
     */
    public final String name() {
        return name;
    }

    /**
     * The nodes that take what this one hands on.
     *
     * @return them in the order in which they were added.
     */
    public final List<TopologyNode> children() {
        return Collections.unmodifiableList(children);
    }

    /**
     * Connects a node after this one.
     *
     * @param child that takes what this one hands on.
     */
    public final void add(final TopologyNode child) {
        children.add(child);
    }

    /**
     * Says what the node is, for plans.
     *
     * @return a few words.
     */
    public abstract String describe();
}
