using Oci.Common.Linux;

namespace Oci.Runtime.Linux.Planning;

/// <summary>The one way to a path in the container's root: it is resolved there once, to a descriptor that is acted on.</summary>
internal static class RootPaths
{
    private const int Attempts = 4;

    /// <summary>The path without its leading slash, its empty and its <c>.</c> pieces; <c>..</c> stays at the root.</summary>
    public static string[] Pieces(string path)
    {
        var pieces = new List<string>();
        foreach (string piece in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (piece is "..")
            {
                if (pieces.Count > 0)
                {
                    pieces.RemoveAt(pieces.Count - 1);
                }
            }
            else if (piece is not ".")
            {
                pieces.Add(piece);
            }
        }
        return [.. pieces];
    }

    /// <summary>The path as it is compared with others: absolute and clean.</summary>
    public static string Clean(string path) => "/" + string.Join('/', Pieces(path));

    /// <summary>Opens what is there; goes on at <paramref name="onMissing"/> where there is nothing, if that is given.</summary>
    public static void Open(PlanContext context, string path, PlanCell into, PlanLabel? onMissing = null)
    {
        PlanBuilder builder = context.Builder;
        if (onMissing is null)
        {
            OpenRetrying(context, path, into, isDirectory: false, allowsLinks: true);
            return;
        }
        // Only one label can follow an error, so EAGAIN (a rename meanwhile) and ENOENT both lead to another try, and the last one decides.
        PlanLabel opened = builder.NewLabel();
        for (int attempt = 1; attempt < Attempts; attempt++)
        {
            Openat2(context, path, into, isDirectory: false, allowsLinks: true, [Errno.EAGAIN, Errno.ENOENT, Errno.ENOTDIR], opened, null);
        }
        Openat2(context, path, into, isDirectory: false, allowsLinks: true, [Errno.ENOENT, Errno.ENOTDIR], null, onMissing);
        builder.Place(opened);
    }

    /// <summary>Opens a directory, making it and its parents where they are missing.</summary>
    public static void OpenOrCreateDirectory(PlanContext context, string path, PlanCell into, bool allowsLinks = true) =>
        OpenOrCreate(context, path, into, allowsLinks, isDirectory: true, (parent, name) => MakeDirectory(context, parent, name));

    /// <summary>Opens a directory that must be there.</summary>
    public static void OpenDirectory(PlanContext context, string path, PlanCell into) =>
        OpenRetrying(context, path, into, isDirectory: true, allowsLinks: true);

    /// <summary>Opens a file or whatever is there, making an empty file where nothing is.</summary>
    public static void OpenOrCreateFile(PlanContext context, string path, PlanCell into, bool allowsLinks = true) =>
        OpenOrCreate(context, path, into, allowsLinks, isDirectory: false, (parent, name) => MakeFile(context, parent, name));

    /// <summary>Opens what is there, or makes a directory or a file, as <paramref name="source"/> is one.</summary>
    public static void OpenOrCreateLike(PlanContext context, string path, PlanCell source, PlanCell into) =>
        OpenOrCreate(context, path, into, allowsLinks: true, isDirectory: false, (parent, name) =>
        {
            PlanBuilder builder = context.Builder;
            PlanLabel file = builder.NewLabel();
            PlanLabel made = builder.NewLabel();
            PlanCell probe = PlanCell.Slot("probe");
            builder.Add(SystemCall.openat, [source, builder.Text("."), context.Flags.OpenDirectory, 0], [Errno.ENOTDIR], probe, onError: file);
            builder.Add(SystemCall.close, [probe]);
            MakeDirectory(context, parent, name);
            builder.Jump(made);
            builder.Place(file);
            MakeFile(context, parent, name);
            builder.Place(made);
        });

    private static void OpenOrCreate(PlanContext context, string path, PlanCell into, bool allowsLinks, bool isDirectory, Action<PlanArgument, string> makeLast)
    {
        PlanBuilder builder = context.Builder;
        string[] pieces = Pieces(path);
        if (pieces.Length == 0)
        {
            OpenRetrying(context, path, into, isDirectory: true, allowsLinks);
            return;
        }
        PlanLabel opened = builder.NewLabel();
        Openat2(context, path, into, isDirectory, allowsLinks, [Errno.ENOENT, Errno.EAGAIN], opened, null);
        PlanCell parent = context.Root;
        for (int i = 1; i < pieces.Length; i++)
        {
            string prefix = string.Join('/', pieces[..i]);
            PlanCell directory = PlanCell.Slot($"parent{i}");
            PlanLabel there = builder.NewLabel();
            Openat2(context, prefix, directory, isDirectory: true, allowsLinks, [Errno.ENOENT, Errno.EAGAIN], there, null);
            MakeDirectory(context, parent, pieces[i - 1]);
            OpenRetrying(context, prefix, directory, isDirectory: true, allowsLinks);
            builder.Place(there);
            Leave(parent);
            parent = directory;
        }
        makeLast(parent, pieces[^1]);
        Leave(parent);
        OpenRetrying(context, path, into, isDirectory, allowsLinks);
        builder.Place(opened);

        void Leave(PlanCell left)
        {
            if (left != context.Root)
            {
                builder.Add(SystemCall.close, [left]);
            }
        }
    }

    private static void MakeDirectory(PlanContext context, PlanArgument parent, string name) =>
        context.Builder.Add(SystemCall.mkdirat, [parent, context.Builder.Text(name), PlanFlags.Octal(0x1ED /* 0755 */)], [Errno.EEXIST]);

    private static void MakeFile(PlanContext context, PlanArgument parent, string name) =>
        context.Builder.Add(SystemCall.openat, [parent, context.Builder.Text(name), context.Flags.CreateFile, PlanFlags.Octal(0x1A4 /* 0644 */)], [Errno.EEXIST]);

    private static void OpenRetrying(PlanContext context, string path, PlanCell into, bool isDirectory, bool allowsLinks)
    {
        PlanBuilder builder = context.Builder;
        PlanLabel again = builder.NewLabel();
        PlanLabel failed = builder.NewLabel();
        PlanLabel opened = builder.NewLabel();
        builder.Place(again);
        Openat2(context, path, into, isDirectory, allowsLinks, [Errno.EAGAIN], opened, failed);
        builder.Place(failed);
        // The init cannot count, but a semaphore can: at 0 it gives EAGAIN, which ends the program.
        builder.Add(SystemCall.read, [context.Retries, PlanArgument.AddressOf(new PlanCell("count", new byte[8])), 8], isExact: true, onSuccess: again);
        builder.Place(opened);
    }

    private static void Openat2(PlanContext context, string path, PlanCell into, bool isDirectory, bool allowsLinks, ReadOnlySpan<Errno> tolerates, PlanLabel? onSuccess, PlanLabel? onError)
    {
        PlanBuilder builder = context.Builder;
        string inRoot = context.InRoot(path);
        builder.Add(
            SystemCall.openat2,
            [context.Root, builder.Text(inRoot), PlanArgument.AddressOf(context.Flags.HowInRoot(isDirectory, allowsLinks)), 24],
            tolerates,
            into,
            onSuccess,
            onError);
    }
}
