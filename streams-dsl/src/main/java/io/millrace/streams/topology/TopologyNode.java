package io.millrace.streams.topology;

import io.millrace.operators.core.ErrorPolicy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A place in the graph that a topology builds: what it does is in the subclasses, what follows it is here.
 *
 * <p>A node has ports: port 0 is its main output, others are side outputs such as late records or the cases of a branch.
 * Built and read by one thread.
 */
public abstract sealed class TopologyNode permits SourceNode, StepNode, ExchangeNode, SinkNode {
    /** Port of the main output. */
    public static final int MAIN = 0;

    private String name;
    private final List<List<TopologyNode>> ports = new ArrayList<>();
    private final Map<Integer, String> portNames = new HashMap<>();
    private final List<TopologyNode> parents = new ArrayList<>();
    private ErrorPolicy onError;
    private long lagNs;

    TopologyNode(final String name) {
        this.name = name;
        ports.add(new ArrayList<>());
    }

    /**
     * Name of the step, the exchange or the topic.
     *
     * @return the name, unique among nodes of its kind.
     */
    public final String name() {
        return name;
    }

    final void rename(final String newName) {
        name = newName;
    }

    /**
     * Adds what follows on a port.
     *
     * @param port  from 0.
     * @param child that takes the values of the port.
     */
    public final void add(final int port, final TopologyNode child) {
        reserve(port);
        ports.get(port).add(child);
        child.parents.add(this);
        child.lagNs = Math.max(child.lagNs, lagNs(port));
    }

    /**
     * How far values may be behind the watermark when they come, by what the steps before do: a window with a grace makes its
     * results when the watermark is that far behind its end, and what is late for it comes later still. What a source lets be late is
     * not counted.
     *
     * @param port from 0.
     * @return ns, 0 or more.
     */
    public long lagNs(final int port) {
        return lagNs;
    }

    /**
     * Makes sure that a port exists, although nothing may follow it.
     *
     * @param port from 0.
     */
    public final void reserve(final int port) {
        while (ports.size() <= port) {
            ports.add(new ArrayList<>());
        }
    }

    /**
     * Makes sure that a port exists, although nothing may follow it, and names it for plans.
     *
     * @param port     from 0.
     * @param portName such as {@code late}.
     */
    public final void reserve(final int port, final String portName) {
        reserve(port);
        portNames.put(port, portName);
    }

    /**
     * What a port is called in plans.
     *
     * @param port from 0.
     * @return its name, empty where there is nothing to tell it from others.
     */
    public final String portName(final int port) {
        return portNames.getOrDefault(port, "");
    }

    /**
     * What follows on a port.
     *
     * @param port from 0.
     * @return the nodes in the order in which they were added; empty for a port that leads nowhere.
     */
    public final List<TopologyNode> children(final int port) {
        return port < ports.size() ? Collections.unmodifiableList(ports.get(port)) : List.of();
    }

    /**
     * All that follows.
     *
     * @return the nodes, port by port.
     */
    public final List<TopologyNode> children() {
        return ports.stream().flatMap(List::stream).toList();
    }

    /**
     * How many ports lead somewhere or could.
     *
     * @return the number of the last port in use, plus one.
     */
    public final int portCount() {
        return ports.size();
    }

    /**
     * What this node follows.
     *
     * @return the nodes; one for each edge that leads here.
     */
    public final List<TopologyNode> parents() {
        return Collections.unmodifiableList(parents);
    }

    /**
     * Sets what is done with a value that makes this node's function fail.
     *
     * @param policy to follow.
     */
    public final void onError(final ErrorPolicy policy) {
        onError = policy;
    }

    /**
     * What is done with a value that makes this node's function fail.
     *
     * @param ofTopology policy where the node has none of its own.
     * @return the policy to follow.
     */
    public final ErrorPolicy onErrorOr(final ErrorPolicy ofTopology) {
        return onError == null ? ofTopology : onError;
    }

    /**
     * Says what the node does.
     *
     * @return one line, for plans.
     */
    public abstract String describe();
}
