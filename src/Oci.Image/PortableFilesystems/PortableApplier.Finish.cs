using System.Text;
using Microsoft.Win32.SafeHandles;
using Oci.Image.RootFilesystems;
using Oci.Image.Tar;

namespace Oci.Image.PortableFilesystems;

internal sealed partial class PortableApplier
{
    // Links come last, so that nothing was ever written through one.
    public void Finish(CancellationToken cancellationToken)
    {
        PortableNode at = _tree.Root;
        try
        {
            Finish(_tree.Root, ref at, cancellationToken);
        }
        catch (UnpackRefusal refusal)
        {
            throw UnpackException.Of(refusal, PathOf(at), layer: null, layerIndex: 0);
        }
    }

    private void Finish(PortableNode directory, ref PortableNode at, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        foreach (PortableNode child in directory.Children!.Values)
        {
            at = child;
            if (child.Type == TarEntryType.SymbolicLink)
            {
                MakeLink(child);
            }
            else if (child.Type == TarEntryType.Directory)
            {
                Finish(child, ref at, cancellationToken);
            }
        }
        at = directory;
        PortableFile.FinishDirectory(directory);
    }

    private void MakeLink(PortableNode link)
    {
        string target = OperatingSystem.IsWindows() ? string.Join('\\', link.Target.Split('/').Select(names.Encode)) : link.Target;
        if (PortableFile.TryLink(link.Path, target, toDirectory: _tree.Find(link.Parent!, link.Target) is not null))
        {
            return;
        }
        _notices.Add(UnpackNoticeKind.LinkReplaced, Encoding.UTF8.GetBytes(PathOf(link)));
        using SafeFileHandle file = PortableFile.Create(link.Path);
        PortableFile.Write(file, Encoding.UTF8.GetBytes(link.Target), 0);
    }

    private static string PathOf(PortableNode node) => node.Parent?.Parent is null ? node.Name : $"{PathOf(node.Parent)}/{node.Name}";
}
