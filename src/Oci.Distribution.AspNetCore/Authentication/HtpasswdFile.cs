using System.Text;

namespace Oci.Distribution.AspNetCore.Authentication;

/// <summary>An htpasswd file: <c>USER:HASH</c> a line, with bcrypt hashes only, as <c>htpasswd -B</c> writes them.</summary>
internal sealed class HtpasswdFile
{
    private const long MaxSize = 4 * 1024 * 1024;

    private readonly Dictionary<string, HtpasswdEntry> _entries = new(StringComparer.Ordinal);

    private HtpasswdFile(int maxCost) => Nobody = BcryptHash.CreateImpossible(maxCost);

    /// <summary>What to verify where there is no such user: as dear as the dearest entry.</summary>
    public BcryptHash Nobody { get; private set; }

    public HtpasswdEntry? Find(string user) => _entries.GetValueOrDefault(user);

    /// <exception cref="IOException">The file cannot be read, or is larger than 4 MiB.</exception>
    /// <exception cref="InvalidDataException">A line is no user with a bcrypt hash.</exception>
    public static HtpasswdFile Load(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        if (stream.Length > MaxSize)
        {
            throw new IOException($"The htpasswd file {path} has {stream.Length} bytes; {MaxSize} is the most.");
        }
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return Parse(path, reader);
    }

    public static HtpasswdFile Parse(string path, TextReader reader)
    {
        var file = new HtpasswdFile(maxCost: 10);
        int number = 0;
        int maxCost = 0;
        while (reader.ReadLine() is { } line)
        {
            number++;
            line = line.Trim();
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }
            int colon = line.IndexOf(':');
            if (colon <= 0)
            {
                throw Invalid(path, number, "it is not USER:HASH");
            }
            string user = line[..colon];
            string text = line[(colon + 1)..];
            if (!BcryptHash.TryParse(text, out BcryptHash? hash))
            {
                throw Invalid(path, number, $"the hash of '{user}' is not one of bcrypt, and weaker ones (crypt, MD5, SHA-1, plain text) are not taken; set the password again with: htpasswd -B {path} {user}");
            }
            if (hash.Cost > BcryptHash.MaxCost)
            {
                throw Invalid(path, number, $"the hash of '{user}' has the cost {hash.Cost}, and {BcryptHash.MaxCost} is the most that is verified; set the password again with a lower one");
            }
            if (!file._entries.TryAdd(user, new HtpasswdEntry(text, hash)))
            {
                throw Invalid(path, number, $"'{user}' stands in it twice");
            }
            maxCost = Math.Max(maxCost, hash.Cost);
        }
        if (maxCost > 0)
        {
            file.Nobody = BcryptHash.CreateImpossible(maxCost);
        }
        return file;
    }

    // Never with the line itself: it may hold a password.
    private static InvalidDataException Invalid(string path, int line, string problem) => new($"The htpasswd file {path} cannot be used: line {line}: {problem}.");
}
