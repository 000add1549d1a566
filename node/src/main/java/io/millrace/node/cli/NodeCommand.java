package io.millrace.node.cli;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.node.Node;
import io.millrace.node.NodeContext;
import io.millrace.node.NodeInfo;
import io.millrace.node.config.NodeSettings;
import io.millrace.node.config.Setting;
import io.millrace.node.config.SettingSource;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code millrace node}: serves a store until it is told to stop. */
@Command(
        name = "node",
        description = "Serve a store to publishers and subscribers, until stopped.",
        customSynopsis = "millrace node --dir D [OPTIONS]",
        descriptionHeading = "%n",
        optionListHeading = "%nOptions:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "1:the node failed while it served",
            "2:a setting is wrong",
            "4:the port is in use, or there is no media driver",
            "5:another process serves the directory",
            "130, 143:stopped in order by Ctrl-C or SIGTERM"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  millrace node --dir data",
            "  millrace node --config node.conf --http-port 8080 --set max.sessions=500",
            "  millrace node --dir data --profile low-latency --print-settings",
            "",
            "All settings: docs/settings.md"
        },
        mixinStandardHelpOptions = true,
        usageHelpAutoWidth = true,
        versionProvider = VersionCommand.Provider.class)
final class NodeCommand implements Callable<Integer> {
    private static final long LOOK_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final double MS_PER_S = 1000.0;

    @Spec
    private CommandSpec spec;

    @Option(names = "--dir", paramLabel = "D", description = "Directory of the store; created when missing.")
    private String directory;

    @Option(names = "--config", paramLabel = "F", description = "File of settings: lines `name = value`.")
    private Path config;

    @Option(names = "--address", paramLabel = "A", description = "Address to listen on. Default: 127.0.0.1.")
    private String address;

    @Option(names = "--port", paramLabel = "P", description = "UDP port to listen on, 0 for any. Default: 7100.")
    private String port;

    @Option(
            names = "--http-port",
            paramLabel = "P|off",
            description = "TCP port on 127.0.0.1 for /health, /ready and /metrics. Default: off.")
    private String httpPort;

    @Option(names = "--profile", paramLabel = "P", description = "low-latency, balanced (the default) or frugal.")
    private String profile;

    @Option(names = "--set", paramLabel = "NAME=VALUE", description = "Any setting; may be given several times.")
    private List<String> others = List.of();

    @Option(names = "--print-settings", description = "Print what counts, and where it comes from, and exit.")
    private boolean isPrintSettings;

    @Option(
            names = "--check",
            description = "Start, say that it is ready, and stop: does it start with these settings?")
    private boolean isCheck;

    @Override
    public Integer call() {
        final NodeSettings settings = settings();
        final PrintWriter out = spec.commandLine().getOut();
        if (isPrintSettings) {
            NodeSettings.all().forEach(setting -> out.println(line(settings, setting)));
            out.flush();
            return ExitCode.OK;
        }
        if (settings.value(NodeSettings.DIR) == null) {
            throw new MillraceException(
                    ErrorCode.CONFIGURATION, "setting dir is not set: say where the store lives with --dir D");
        }
        try (StopRequest stop = StopRequest.install();
                Node node = Node.launch(NodeContext.of(settings))) {
            out.println(readyLine(node, settings));
            out.flush();
            while (!isCheck && !stop.isRequested() && node.failure() == null) {
                LockSupport.parkNanos(LOOK_INTERVAL_NS);
            }
            final Throwable failure = node.failure();
            if (failure != null && !stop.isRequested()) {
                throw new MillraceException(ErrorCode.STORAGE_FAILED, failure.getMessage(), failure);
            }
        }
        return ExitCode.OK;
    }

    private NodeSettings settings() {
        final List<SettingSource> sources = new ArrayList<>();
        if (config != null) {
            sources.add(SettingSource.file(config));
        }
        sources.add(SettingSource.environment(System.getenv()));
        sources.add(new SettingSource(options()));
        return NodeSettings.resolve(sources);
    }

    private List<SettingSource.Entry> options() {
        final List<SettingSource.Entry> entries = new ArrayList<>();
        for (final String other : others) {
            final int separator = other.indexOf('=');
            if (separator <= 0) {
                throw new ParameterException(spec.commandLine(), "--set must be NAME=VALUE: '" + other + "'");
            }
            entries.add(SettingSource.option(other.substring(0, separator), other.substring(separator + 1), "--set"));
        }
        addOption(entries, NodeSettings.DIR, directory, "--dir");
        addOption(entries, NodeSettings.ADDRESS, address, "--address");
        addOption(entries, NodeSettings.PORT, port, "--port");
        addOption(entries, NodeSettings.HTTP_PORT, httpPort, "--http-port");
        addOption(entries, NodeSettings.PROFILE, profile, "--profile");
        return entries;
    }

    private static void addOption(
            final List<SettingSource.Entry> entries, final Setting<?> setting, final String text, final String option) {
        if (text != null) {
            entries.add(SettingSource.option(setting.name(), text, option));
        }
    }

    private static String line(final NodeSettings settings, final Setting<?> setting) {
        return String.format("%-18s = %-20s # %s", setting.name(), settings.text(setting), settings.origin(setting));
    }

    private static String readyLine(final Node node, final NodeSettings settings) {
        final NodeInfo info = node.info();
        final long sinceStartMs = System.currentTimeMillis()
                - ManagementFactory.getRuntimeMXBean().getStartTime();
        return "ready: " + info.hostAndPort() + " stream=" + info.streamId() + " dir="
                + settings.value(NodeSettings.DIR).toAbsolutePath().normalize() + " pid=" + info.pid() + " http="
                + (info.http().isEmpty() ? "off" : info.http()) + " started in " + sinceStartMs / MS_PER_S + " s";
    }
}
