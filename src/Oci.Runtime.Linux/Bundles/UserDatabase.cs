using System.Text;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Bundles;

/// <summary>The users and groups that a root filesystem knows, by its <c>/etc/passwd</c> and <c>/etc/group</c>.</summary>
public sealed class UserDatabase
{
    /// <summary>The most bytes that are read of each of the two files: 4 MiB.</summary>
    public const int MaxFileSize = 4 * 1024 * 1024;

    private readonly List<PasswdEntry> _users = [];
    private readonly List<GroupEntry> _groups = [];

    private UserDatabase(ReadOnlySpan<char> passwd, ReadOnlySpan<char> group)
    {
        foreach (ReadOnlySpan<char> line in passwd.EnumerateLines())
        {
            if (PasswdEntry.TryParseLine(line, out PasswdEntry entry))
            {
                _users.Add(entry);
            }
        }
        foreach (ReadOnlySpan<char> line in group.EnumerateLines())
        {
            if (GroupEntry.TryParseLine(line, out GroupEntry entry))
            {
                _groups.Add(entry);
            }
        }
    }

    /// <summary>A database of nobody: only numbers resolve.</summary>
    public static UserDatabase Empty { get; } = new("", "");

    /// <summary>Reads the content of the two files; lines that are not entries are passed over, as by the C library.</summary>
    public static UserDatabase Parse(ReadOnlySpan<char> passwd, ReadOnlySpan<char> group) => new(passwd, group);

    /// <summary>Reads the two files of a root filesystem; one that is missing has no entries.</summary>
    /// <param name="rootPath">The root. Symbolic links in it are followed inside it, never out of it.</param>
    /// <exception cref="InvalidDataException">One of them is no regular file, or larger than <see cref="MaxFileSize"/>.</exception>
    /// <exception cref="IOException">One of them, or the root, cannot be read.</exception>
    public static UserDatabase Read(string rootPath)
    {
        using var root = new RootReader(rootPath);
        return new UserDatabase(Text(root.Read("etc/passwd", MaxFileSize)), Text(root.Read("etc/group", MaxFileSize)));
    }

    /// <summary>Reads the two files of a root filesystem of layers.</summary>
    /// <param name="directories">The layers, the topmost first; of one directory, that is all.</param>
    internal static UserDatabase ReadLayers(IReadOnlyList<string> directories) => directories is [string only]
        ? Read(only)
        : new UserDatabase(Text(LayeredRoot.Read(directories, "etc/passwd", MaxFileSize)), Text(LayeredRoot.Read(directories, "etc/group", MaxFileSize)));

    /// <summary>The home directory of a user; null where the user is not known or has none.</summary>
    public string? FindHome(uint uid) => FindUser(uid) is { Home.Length: > 0 } user ? user.Home : null;

    /// <summary>The name of a user; null where the user is not known.</summary>
    internal string? FindName(uint uid) => FindUser(uid)?.Name;

    /// <summary>Resolves an image's <c>User</c> (image-spec, config.md and conversion.md).</summary>
    /// <exception cref="InvalidSpecException">A name is not there, or a number is out of range.</exception>
    internal ImageUser Resolve(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return new ImageUser(0, 0, [], FindHome(0));
        }
        int colon = text.IndexOf(':');
        ReadOnlySpan<char> userText = colon < 0 ? text : text.AsSpan(0, colon);
        ReadOnlySpan<char> groupText = colon < 0 ? default : text.AsSpan(colon + 1);

        bool isNumber = IsNumber(userText);
        PasswdEntry? user;
        uint uid;
        if (isNumber)
        {
            uid = ParseId(userText, text);
            user = FindUser(uid);
        }
        else
        {
            user = FindUser(userText) ?? throw Unknown(text, $"the user '{userText}' is not in /etc/passwd", "Use a name that the image has, or a number.");
            uid = user.Value.Uid;
        }
        uint gid = groupText.IsEmpty ? user?.Gid ?? 0
            : IsNumber(groupText) ? ParseId(groupText, text)
            : FindGroup(groupText)?.Gid ?? throw Unknown(text, $"the group '{groupText}' is not in /etc/group", "Use a name that the image has, or a number.");

        // The spec leaves the additional groups alone for a number, and where a group is named.
        IReadOnlyList<uint> additional = isNumber || !groupText.IsEmpty ? [] : FindAdditional(user!.Value, gid);
        return new ImageUser(uid, gid, additional, user is { Home.Length: > 0 } known ? known.Home : null);
    }

    private List<uint> FindAdditional(PasswdEntry user, uint gid)
    {
        var gids = new List<uint>();
        foreach (GroupEntry group in _groups)
        {
            if (group.Gid != gid && group.Members.Contains(user.Name) && !gids.Contains(group.Gid))
            {
                gids.Add(group.Gid);
            }
        }
        return gids;
    }

    private PasswdEntry? FindUser(uint uid)
    {
        int index = _users.FindIndex(user => user.Uid == uid);
        return index < 0 ? null : _users[index];
    }

    private PasswdEntry? FindUser(ReadOnlySpan<char> name)
    {
        foreach (PasswdEntry user in _users)
        {
            if (name.SequenceEqual(user.Name))
            {
                return user;
            }
        }
        return null;
    }

    private GroupEntry? FindGroup(ReadOnlySpan<char> name)
    {
        foreach (GroupEntry group in _groups)
        {
            if (name.SequenceEqual(group.Name))
            {
                return group;
            }
        }
        return null;
    }

    private static bool IsNumber(ReadOnlySpan<char> text) => text.Length > 0 && !text.ContainsAnyExceptInRange('0', '9');

    private static uint ParseId(ReadOnlySpan<char> text, string whole) => PasswdEntry.TryParseId(text, out uint id)
        ? id
        : throw Unknown(whole, $"{text} is out of range", "Ids are 0 to 4294967294.");

    private static InvalidSpecException Unknown(string text, string problem, string hint) =>
        new("image config", [new SpecFinding("/config/User", $"{SpecCheck.Quote(text)} does not name a user of the image: {problem}.", hint)]);

    private static string Text(byte[]? content) => content is null ? "" : Encoding.UTF8.GetString(content);
}
