import com.teragrep.pth_03.antlr.DPLLexer;
import com.teragrep.pth_03.antlr.DPLParser;
import com.teragrep.pth_03.shaded.org.antlr.v4.runtime.BaseErrorListener;
import com.teragrep.pth_03.shaded.org.antlr.v4.runtime.CharStreams;
import com.teragrep.pth_03.shaded.org.antlr.v4.runtime.CommonTokenStream;
import com.teragrep.pth_03.shaded.org.antlr.v4.runtime.RecognitionException;
import com.teragrep.pth_03.shaded.org.antlr.v4.runtime.Recognizer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Reads a search a line from standard input; writes an empty line for each that parses, else why not. */
public final class SplunkGrammar {
    private SplunkGrammar() {}

    public static void main(String[] arguments) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        for (String search = in.readLine(); search != null; search = in.readLine()) {
            out.println(fault(search).replaceAll("[\\r\\n]", " "));
        }
    }

    private static String fault(String search) {
        FirstFault first = new FirstFault();
        DPLLexer lexer = new DPLLexer(CharStreams.fromString(search));
        lexer.removeErrorListeners();
        lexer.addErrorListener(first);
        DPLParser parser = new DPLParser(new CommonTokenStream(lexer));
        parser.removeErrorListeners();
        parser.addErrorListener(first);
        try {
            parser.root();
        } catch (RuntimeException error) {
            return "the parser failed: " + error;
        }
        return first.text;
    }

    private static final class FirstFault extends BaseErrorListener {
        private String text = "";

        @Override
        public void syntaxError(
                Recognizer<?, ?> recognizer,
                Object symbol,
                int line,
                int column,
                String message,
                RecognitionException error) {
            if (text.isEmpty()) {
                text = "column " + (column + 1) + ": " + message;
            }
        }
    }
}
