package io.millrace.node.cli;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.error.OneLine;
import io.millrace.streams.JobDefinition;
import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.agrona.IoUtil;

/** A user's job: its classes, from jars and directories or from a source file that is compiled here, and the definition among them. */
final class JobProgram implements AutoCloseable {
    private static final String SOURCE = ".java";
    private static final String CLASS = ".class";

    private final List<Path> classPath;
    private Path compiled;
    private URLClassLoader loader;
    private JobDefinition definition;

    private JobProgram(final List<Path> classPath) {
        this.classPath = classPath;
    }

    /** Finds a definition by the name of its class, or in a source file; throws one line when that does not work. */
    static JobProgram load(final String classOrFile, final List<Path> classPath) {
        final JobProgram program = new JobProgram(classPath);
        try {
            final String className = classOrFile.endsWith(SOURCE) ? program.compile(Path.of(classOrFile)) : classOrFile;
            program.loader = new URLClassLoader("job", program.urls(), JobProgram.class.getClassLoader());
            program.definition = program.instantiate(className == null ? program.compiledDefinition() : className);
            return program;
        } catch (final RuntimeException ex) {
            program.close();
            throw ex;
        }
    }

    JobDefinition definition() {
        return definition;
    }

    @Override
    public void close() {
        try {
            if (loader != null) {
                loader.close();
            }
        } catch (final IOException ex) {
            // Nothing of the job is used any more.
            loader = null;
        } finally {
            if (compiled != null) {
                IoUtil.delete(compiled.toFile(), true);
            }
        }
    }

    private URL[] urls() {
        final List<URL> urls = new ArrayList<>();
        final List<Path> all = new ArrayList<>(classPath);
        if (compiled != null) {
            all.add(0, compiled);
        }
        for (final Path path : all) {
            if (!Files.exists(path)) {
                throw problem("no such file on the class path: " + path, null);
            }
            try {
                urls.add(path.toUri().toURL());
            } catch (final MalformedURLException ex) {
                throw problem("not usable on the class path: " + path, ex);
            }
        }
        return urls.toArray(URL[]::new);
    }

    /** Compiles a file into a directory of its own; always null, the definition is among the classes there. */
    private String compile(final Path file) {
        final JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        if (compiler == null) {
            throw problem("to compile " + file + " takes a JDK, and this is a runtime without a compiler", null);
        }
        if (!Files.isReadable(file)) {
            throw problem("cannot read " + file, null);
        }
        final DiagnosticCollector<JavaFileObject> diagnostics = new DiagnosticCollector<>();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(diagnostics, null, null)) {
            compiled = Files.createTempDirectory("millrace-job-");
            final StringBuilder path = new StringBuilder(System.getProperty("java.class.path"));
            classPath.forEach(entry -> path.append(File.pathSeparatorChar).append(entry));
            final boolean isDone = compiler.getTask(
                            new StringWriter(),
                            files,
                            diagnostics,
                            List.of("-proc:none", "-nowarn", "-d", compiled.toString(), "-cp", path.toString()),
                            null,
                            files.getJavaFileObjects(file))
                    .call();
            if (!isDone) {
                throw problem("cannot compile " + file + ": " + firstError(diagnostics), null);
            }
        } catch (final IOException ex) {
            throw problem("cannot compile " + file + ": " + ex, ex);
        }
        return null;
    }

    private static String firstError(final DiagnosticCollector<JavaFileObject> diagnostics) {
        return diagnostics.getDiagnostics().stream()
                .filter(diagnostic -> diagnostic.getKind() == javax.tools.Diagnostic.Kind.ERROR)
                .findFirst()
                .map(error -> "line " + error.getLineNumber() + ": " + firstLine(error.getMessage(null)))
                .orElse("no reason given");
    }

    private static String firstLine(final String message) {
        return message.lines().findFirst().orElse("");
    }

    private String compiledDefinition() {
        final List<String> found = new ArrayList<>();
        try (Stream<Path> files = Files.walk(compiled)) {
            for (final Path file : files.sorted().toList()) {
                if (file.toString().endsWith(CLASS)) {
                    final String path = compiled.relativize(file).toString();
                    final String name =
                            path.substring(0, path.length() - CLASS.length()).replace(File.separatorChar, '.');
                    final Class<?> type = classOf(name);
                    if (JobDefinition.class.isAssignableFrom(type) && !Modifier.isAbstract(type.getModifiers())) {
                        found.add(name);
                    }
                }
            }
        } catch (final IOException ex) {
            throw problem("cannot read what was compiled: " + ex, ex);
        }
        if (found.size() != 1) {
            throw problem("the source file must have one class that implements JobDefinition: found=" + found, null);
        }
        return found.get(0);
    }

    private Class<?> classOf(final String name) {
        try {
            return Class.forName(name, false, loader);
        } catch (final ClassNotFoundException ex) {
            throw problem("no such class: " + OneLine.of(name) + "; is it on the --class-path?", ex);
        } catch (final LinkageError ex) {
            throw problem("cannot load class " + OneLine.of(name) + ": " + OneLine.of(ex.toString()), ex);
        }
    }

    private JobDefinition instantiate(final String name) {
        final Class<?> type = classOf(name);
        if (!JobDefinition.class.isAssignableFrom(type)) {
            throw problem("class " + name + " does not implement " + JobDefinition.class.getName(), null);
        }
        try {
            final var constructor = type.getDeclaredConstructor();
            // A class of a source file need not be public.
            constructor.setAccessible(true);
            return (JobDefinition) constructor.newInstance();
        } catch (final InvocationTargetException ex) {
            throw problem(
                    "class " + name + " cannot be made: "
                            + OneLine.of(ex.getCause().toString()),
                    ex);
        } catch (final ReflectiveOperationException | LinkageError ex) {
            throw problem(
                    "class " + name + " cannot be made, it needs a constructor without arguments: "
                            + OneLine.of(ex.toString()),
                    ex);
        }
    }

    private static MillraceException problem(final String what, final Throwable cause) {
        return new MillraceException(ErrorCode.CONFIGURATION, what, cause);
    }
}
