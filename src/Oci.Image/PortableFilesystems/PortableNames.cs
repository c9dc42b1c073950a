using System.Text;

namespace Oci.Image.PortableFilesystems;

/// <summary>How the names of layers are spelt on a file system that cannot have them all.</summary>
/// <remarks>
/// What Windows reserves is moved into the private use area, U+F000 and up, as WSL and Cygwin do it: their programs see
/// the true name. Where two names of a directory are one to the file system, the later gets a number at its end.
/// </remarks>
/// <param name="reserved">Whether the rules of Windows hold: reserved characters, device names, no dot or space at the end.</param>
/// <param name="ignoreCase">Whether names that differ in case, or in the form of accents, are one name.</param>
internal sealed class PortableNames(bool reserved, bool ignoreCase)
{
    private const char PrivateUse = '\uF000';

    private static readonly string[] s_devices =
    [
        "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$",
        .. Enumerable.Range(0, 10).SelectMany(digit => new[] { $"COM{digit}", $"LPT{digit}" }),
        "COM\u00B9", "COM\u00B2", "COM\u00B3", "LPT\u00B9", "LPT\u00B2", "LPT\u00B3",
    ];

    /// <summary>Whether two names of layers can be one name here.</summary>
    public bool MayCollide => reserved || ignoreCase;

    /// <summary>The rules of the system, and of the file system that a directory lies on.</summary>
    /// <param name="directory">A directory that can be written.</param>
    public static PortableNames Of(string directory)
    {
        string probe = Path.Combine(directory, ".oci-case-" + Guid.NewGuid().ToString("N"));
        File.Create(probe).Dispose();
        try
        {
            return new PortableNames(OperatingSystem.IsWindows(), ignoreCase: File.Exists(Path.Combine(directory, Path.GetFileName(probe).ToUpperInvariant())));
        }
        finally
        {
            File.Delete(probe);
        }
    }

    /// <summary>A name as it can stand here.</summary>
    public string Encode(string name)
    {
        if (!reserved)
        {
            return name;
        }
        int dot = name.IndexOf('.');
        ReadOnlySpan<char> stem = (dot < 0 ? name : name[..dot]).AsSpan().TrimEnd(' ');
        bool isDevice = false;
        foreach (string device in s_devices)
        {
            isDevice |= stem.Equals(device, StringComparison.OrdinalIgnoreCase);
        }
        return string.Create(name.Length, (name, isDevice), static (text, state) =>
        {
            state.name.CopyTo(text);
            for (int i = 0; i < text.Length; i++)
            {
                bool isLast = i == text.Length - 1;
                if (text[i] < ' ' || "\"*:<>?|\\".Contains(text[i]) || (isLast && text[i] is '.' or ' ') || (i == 0 && state.isDevice))
                {
                    text[i] += PrivateUse;
                }
            }
        });
    }

    /// <summary>The name that <see cref="Encode"/> was given.</summary>
    public string Decode(string name) => !reserved || !name.Any(IsEncoded)
        ? name
        : string.Create(name.Length, name, static (text, name) =>
        {
            for (int i = 0; i < text.Length; i++)
            {
                text[i] = IsEncoded(name[i]) ? (char)(name[i] - PrivateUse) : name[i];
            }
        });

    /// <summary>What is equal of names that are one name here.</summary>
    public string Fold(string name) => ignoreCase ? name.Normalize(NormalizationForm.FormC).ToUpperInvariant() : name;

    private static bool IsEncoded(char c) => c is > PrivateUse and < (char)(PrivateUse + 0x80);
}
