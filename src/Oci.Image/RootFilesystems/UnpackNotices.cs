using Oci.Common.Linux;

namespace Oci.Image.RootFilesystems;

/// <summary>Counts what is done with less: one notice a kind, however many entries. Safe for use by several threads.</summary>
internal sealed class UnpackNotices
{
    private readonly SortedDictionary<UnpackNoticeKind, UnpackNotice> _notices = [];

    public void Add(UnpackNoticeKind kind, ReadOnlySpan<byte> entryName)
    {
        lock (_notices)
        {
            _notices[kind] = _notices.TryGetValue(kind, out UnpackNotice? notice)
                ? notice with { Count = notice.Count + 1 }
                : new UnpackNotice(kind, 1, PathText.Describe(entryName));
        }
    }

    public IReadOnlyList<UnpackNotice> ToList()
    {
        lock (_notices)
        {
            return [.. _notices.Values];
        }
    }
}
