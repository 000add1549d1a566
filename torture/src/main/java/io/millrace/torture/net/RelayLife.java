package io.millrace.torture.net;

import java.io.IOException;
import java.net.InetSocketAddress;

/** A relay in a process of its own, so that it can live in another network namespace. */
public final class RelayLife {
    private RelayLife() {}

    /**
     * The order to add a route; the answer is {@code ROUTE} and the port of the front.
     *
     * @param front     host and port.
     * @param target    host and port.
     * @param direction of what arrives.
     * @return order.
     */
    public static String routeOrder(final String front, final String target, final Direction direction) {
        return "route " + front + ' ' + target + ' ' + direction;
    }

    /**
     * The order to change the network; there is no answer.
     *
     * @param toNode   for what goes to the node.
     * @param fromNode for what comes from it.
     * @return order.
     */
    public static String changeOrder(final Conditions toNode, final Conditions fromNode) {
        return "change " + text(toNode) + ' ' + text(fromNode);
    }

    /**
     * What an answer to the order {@code counts} says.
     *
     * @param answer line.
     * @return counts.
     */
    public static RelayCounts counts(final String answer) {
        final String[] words = answer.split(" ");
        return new RelayCounts(
                Long.parseLong(words[1]),
                Long.parseLong(words[2]),
                Long.parseLong(words[3]),
                Long.parseLong(words[4]),
                Long.parseLong(words[5]),
                Long.parseLong(words[6]),
                Long.parseLong(words[7]));
    }

    /**
     * Relays until nobody is left to give orders.
     *
     * @param args settings.
     * @throws IOException          if there are no sockets.
     * @throws InterruptedException if the process is to end.
     */
    public static void main(final String[] args) throws IOException, InterruptedException {
        final Orders orders = Orders.listen();
        try (Relay relay = Relay.launch(Long.parseLong(new LifeSettings(args).text("seed")))) {
            Orders.answer("UP");
            while (true) {
                obey(relay, orders.await().split(" "));
            }
        }
    }

    private static void obey(final Relay relay, final String[] words) throws IOException {
        if ("route".equals(words[0])) {
            final InetSocketAddress front =
                    relay.addRoute(address(words[1]), address(words[2]), Direction.valueOf(words[3]));
            Orders.answer("ROUTE " + front.getPort());
        } else if ("change".equals(words[0])) {
            relay.change(conditions(words, 1), conditions(words, 8));
        } else {
            final RelayCounts counts = relay.counts();
            Orders.answer("COUNTS " + counts.toNode() + ' ' + counts.fromNode() + ' ' + counts.bytes() + ' '
                    + counts.lost() + ' ' + counts.duplicated() + ' ' + counts.corrupted() + ' ' + counts.reordered());
        }
    }

    private static InetSocketAddress address(final String text) {
        final int at = text.lastIndexOf(':');
        return new InetSocketAddress(text.substring(0, at), Integer.parseInt(text.substring(at + 1)));
    }

    private static String text(final Conditions conditions) {
        return conditions.loss() + " " + conditions.duplicates() + ' ' + conditions.corruption() + ' '
                + conditions.changesHeaders() + ' ' + conditions.delayNs() + ' ' + conditions.jitterNs() + ' '
                + conditions.isCut();
    }

    private static Conditions conditions(final String[] words, final int at) {
        return new Conditions(
                Double.parseDouble(words[at]),
                Double.parseDouble(words[at + 1]),
                Double.parseDouble(words[at + 2]),
                Boolean.parseBoolean(words[at + 3]),
                Long.parseLong(words[at + 4]),
                Long.parseLong(words[at + 5]),
                Boolean.parseBoolean(words[at + 6]));
    }
}
