package io.millrace.node.message;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.error.OneLine;
import io.millrace.operators.codec.SbeHeader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import org.xml.sax.helpers.DefaultHandler;
import uk.co.real_logic.sbe.PrimitiveType;
import uk.co.real_logic.sbe.ir.HeaderStructure;
import uk.co.real_logic.sbe.ir.Ir;
import uk.co.real_logic.sbe.ir.Token;
import uk.co.real_logic.sbe.xml.IrGenerator;
import uk.co.real_logic.sbe.xml.ParserOptions;
import uk.co.real_logic.sbe.xml.XmlSchemaParser;

/** The messages of an SBE schema, read from its file. Immutable. */
public final class MessageSchema {
    private final int id;
    private final Map<String, MessageLayout> byName = new LinkedHashMap<>();
    private final Map<Integer, MessageLayout> byTemplateId = new TreeMap<>();

    private MessageSchema(final Ir ir) {
        id = ir.id();
        final LayoutReader reader = new LayoutReader(ir);
        for (final List<Token> tokens : ir.messages()) {
            final MessageLayout layout = reader.message(tokens);
            byTemplateId.put(layout.templateId(), layout);
        }
        byTemplateId.values().forEach(layout -> byName.put(layout.name(), layout));
    }

    /**
     * Reads a schema.
     *
     * @param file with the schema in XML, as SBE's generator takes it
     * @return the schema
     * @throws MillraceException CONFIGURATION when it cannot be read, is no schema, or its messages could not be read by
     *     {@link io.millrace.operators.codec.SbeCodec}: they are little-endian, and their header has four fields of 16 bits
     */
    public static MessageSchema read(final Path file) {
        try {
            final byte[] bytes = Files.readAllBytes(file);
            checkXml(bytes);
            final ParserOptions options = ParserOptions.builder()
                    .stopOnError(true)
                    .suppressOutput(true)
                    .xIncludeAware(false)
                    .build();
            final Ir ir = new IrGenerator().generate(XmlSchemaParser.parse(new ByteArrayInputStream(bytes), options));
            checkHeader(ir);
            return new MessageSchema(ir);
        } catch (final IOException ex) {
            throw unusable(file, "cannot read it: " + ex, ex);
        } catch (final Exception ex) {
            throw unusable(file, ex.getMessage() == null ? ex.toString() : ex.getMessage(), ex);
        }
    }

    /** SBE's parser says what is no XML on standard error, and a document type can name files and hosts that it would go and read. */
    private static void checkXml(final byte[] bytes) throws Exception {
        final DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        final DocumentBuilder builder = factory.newDocumentBuilder();
        // The default one throws what is fatal, and prints nothing.
        builder.setErrorHandler(new DefaultHandler());
        builder.parse(new ByteArrayInputStream(bytes));
    }

    private static void checkHeader(final Ir ir) {
        final HeaderStructure header = ir.headerStructure();
        final boolean isUsual = header.tokens().get(0).encodedLength() == SbeHeader.LENGTH
                && header.blockLengthType() == PrimitiveType.UINT16
                && header.templateIdType() == PrimitiveType.UINT16
                && header.schemaIdType() == PrimitiveType.UINT16
                && header.schemaVersionType() == PrimitiveType.UINT16;
        if (ir.byteOrder() != ByteOrder.LITTLE_ENDIAN || !isUsual) {
            throw new IllegalArgumentException("messages must be little-endian, and their header four of uint16:"
                    + " blockLength, templateId, schemaId, version");
        }
    }

    private static MillraceException unusable(final Path file, final String why, final Exception cause) {
        return new MillraceException(
                ErrorCode.CONFIGURATION, "schema cannot be used: file=" + file + ": " + OneLine.of(why.strip()), cause);
    }

    int id() {
        return id;
    }

    /** The message of a name; of the only one where none is given. */
    MessageLayout message(final String name) {
        if (name == null && byName.size() == 1) {
            return byName.values().iterator().next();
        }
        final MessageLayout layout = name == null ? null : byName.get(name);
        if (layout == null) {
            throw Problems.input((name == null ? "which message? " : "no such message: " + OneLine.of(name) + "; ")
                    + "the schema has " + String.join(", ", byName.keySet()));
        }
        return layout;
    }

    /** The message of a template id, or null. */
    MessageLayout message(final int templateId) {
        return byTemplateId.get(templateId);
    }

    @Override
    public String toString() {
        return "MessageSchema{id=" + id + ", messages=" + byName.keySet() + '}';
    }
}
