using System.Text;

namespace OciTool.CommandLine;

/// <summary>Asks a person.</summary>
internal static class Terminal
{
    /// <summary>Whether there is somebody to ask.</summary>
    public static bool IsThere => !Console.IsInputRedirected && !Console.IsErrorRedirected;

    /// <summary>Asks for a line, which is shown as it is typed.</summary>
    public static string Ask(string question)
    {
        Console.Error.Write(question);
        return Console.ReadLine()?.Trim() ?? "";
    }

    /// <summary>Asks for a line that is not shown.</summary>
    public static string AskSecret(string question)
    {
        Console.Error.Write(question);
        var text = new StringBuilder();
        while (true)
        {
            ConsoleKeyInfo key = Console.ReadKey(intercept: true);
            if (key.Key == ConsoleKey.Enter)
            {
                Console.Error.WriteLine();
                return text.ToString();
            }
            if (key.Key == ConsoleKey.Backspace)
            {
                text.Length = Math.Max(text.Length - 1, 0);
            }
            else if (!char.IsControl(key.KeyChar))
            {
                text.Append(key.KeyChar);
            }
        }
    }
}
