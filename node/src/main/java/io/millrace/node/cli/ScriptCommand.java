package io.millrace.node.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command that the script does, declared so that the help lists it. Who comes here has started the program without the script. */
abstract class ScriptCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    /** What to call the script with. */
    String commandLine() {
        return spec.name();
    }

    @Override
    public final Integer call() {
        spec.commandLine()
                .getErr()
                .println("millrace " + spec.name() + ": the script does this; run ./millrace " + commandLine()
                        + " in the source tree");
        spec.commandLine().getErr().flush();
        return ExitCode.BAD_INPUT;
    }
}
