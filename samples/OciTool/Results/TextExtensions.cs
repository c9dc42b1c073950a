using System.Text;

namespace OciTool.Results;

internal static class TextExtensions
{
    private const int NameWidth = 14;

    extension(StringBuilder text)
    {
        /// <summary>A line with a name and a value; none where there is no value.</summary>
        public void Field(string name, object? value)
        {
            if (value is not null && value.ToString() is { Length: > 0 } shown)
            {
                text.Append($"{name}:".PadRight(NameWidth)).Append(Printable(shown)).Append('\n');
            }
        }

        /// <summary>A name, and a line for each value below it; nothing where there are none.</summary>
        public void List(string name, IEnumerable<string> values)
        {
            bool any = false;
            foreach (string value in values)
            {
                if (!any)
                {
                    text.Append(name).Append(":\n");
                    any = true;
                }
                text.Append("  ").Append(Printable(value)).Append('\n');
            }
        }
    }

    /// <summary>A text of an image without what would steer a terminal.</summary>
    public static string Printable(string text) => text.Any(char.IsControl)
        ? string.Concat(text.Select(c => char.IsControl(c) ? $"\\x{(int)c:x2}" : c.ToString()))
        : text;
}
