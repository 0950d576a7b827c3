"""What other repositories show of large corpora -> voices; each writes down in its own way who says what."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from training.excerpts import SOURCES, excerpts

TOLD = {
    "zhrtvc/data/samples/aishell3/metadata_hanzi.csv": "wav/SSB00050112.wav\t那很不明智\tSSB0005\n",
    "icassp2022-zeroshot-tts-finegrained-spkemb/index.md": (
        "| Who | Reference | Text | CLS | GT |\n| :-- | :-- | :-- | :-- | :-- |\n"
        '| SSB0631 | <source src="./wavs/Reference/SSB06310009.wav"> | **而**且。 (er2 qie3 .) '
        '| <source src="./wavs/CLS/SSB06310009.wav"> | <source src="./wavs/GT/SSB06310009.wav"> |\n'
    ),
    "E3TTS-web/index.html": (
        '<th colspan="5">Original text: 星期六对吧。</th>\n<th>Edited text: 星期一对吧。</th>\n'
        '<source src="./samples/replace/chn/short/gt/SSB00180405.wav">\n'
        '<source src="./samples/replace/chn/short/bedit-tts/SSB00180405.wav">\n'
        '<th colspan="3">Text: <u>我放弃</u>这个想法。</th>\n<source src="./samples/unseen/chn/gt/SSB07490200.wav">\n'
        "<th>Text: They were old friends.</th>\n"
    ),
    "tacotron2_samples/index.md": "<b>SSB17820001.wav 大豆病害有什麼</b>\n",
    "codex-tts/web/app.js": '{ uttId: "SSB02410161",\n  text: "娱乐反斗星",\n }',
    "training-data/speech_recognition/chinese/AISHELL-3/demo/SSB03410428.txt": "我 wo2 以 yi3 后 hou4",
    "SpeechRecognition_ASRT/data/aishell_test.txt": (
        "AISHELL/wav/test/S0913/BAC009S0913W0300.wav\tzai4 zui4\t在最\nAISHELL/x/BAC009S0764W0121.wav\tni3\t你\n"
        "AISHELL/wav/test/S0765/BAC009S0765W0124.wav\tta1\t她看\nAISHELL/x/BAC009S0766W0001.wav\tta1\t她看\n"
        "AISHELL/wav/dev/S0724/BAC009S0724W0121.wav\tguang3\t广州市\n"
        "AISHELL/wav/dev/S0749/BAC009S0749W0480.wav\tjiang1\t将对\n"
    ),
    "MB-iSTFT-VITS/filelists/aishell3_train.txt": (
        "AISHELL/SSB16240041.wav|44|这是你的房间，\nAISHELL/SSB04700028.wav|3|毕节市。\nAISHELL/SSB05350003.wav|3|四万\n"
        "AISHELL/SSB05390213.wav|3|你对我\nAISHELL/SSB17110057.wav|3|楼市\nAISHELL/SSB05390214.wav|3|楼市\n"
        "AISHELL/SSB03090001.wav|3|七千九百\nAISHELL/SSB07110001.wav|3|一二三四五六七八九十一二三四五六\n"
        "AISHELL/SSB03160053.wav|3|十月一日\nAISHELL/SSB03160054.wav|3|矛盾\n"
        "AISHELL/SSB03540311.wav|3|全年\nAISHELL/SSB19560475.wav|3|目前\n"
        "AISHELL/SSB18630063.wav|3|这不行\nAISHELL/SSB06030005.wav|3|福田区\n"
    ),
    "DeepSpeechRecognition/data/thchs_train.txt": (
        "data_thchs30/train/D4_750.wav\tdong1\t东北军的爱国将士\ndata_thchs30/train/C7_502.wav\tliu4\t六省区\n"
        "data_thchs30/train/D21_777.wav\tsui2\t随后\ndata_thchs30/train/A4_204.wav\tshi3\t使用\n"
    ),
    "sos1sos2Sixteen.github.io/aishell3/targets.json": json.dumps(
        {
            "ps_org_3": "audios/ps_org_3.wav",
            "ps_3": "audios/ps_3.wav",
            "ps_text_3": "你对我",
            "ps_org_5": "audios/ps_org_5.wav",
            "ps_text_5": "楼市",
            "recon_org_1": "audios/recon_org_1.wav",
            "recon_text_1": "没人知道是谁",
        }
    ),
    "mos-test/config/aishell3_test_config_mushra.js": (
        '"Files": {\n"Reference": "audio/set1/SSB07160166.wav",\n"1": "audio/set1/SSB07160166_vocos.wav",\n},\n'
        '"transcribe": "有没有童话？"\n"Reference": "audio/set2/SSB14370014.wav",\n},\n"transcribe": "tan 2 犯规。"\n'
    ),
    "rocling2021_demo/index.md": (
        "<b> Speaker: SSB1187 </b>\n<b> Text: 請幫我 (qing3 bang1 wo3)</b>\n"
        '<source src="audio/outside/Men/1187/gt.wav">\n'
        '<source src="audio/outside/Men/1187/pf.wav">\n<b> Speaker: SSB1745 </b>\n<b> Text: 不斷 (bu2 duan4)</b>\n'
    ),
    "SingleVC/any2one/demo_page/ConvertedSpeeches/AISHELL/Cm1/TEXT.txt": "1. 国家统计局\n2. 八月\n",
    "SingleVC/any2one/demo_page/ConvertedSpeeches/AISHELL/Cf2/TEXT.txt": "5. 同比增 迅速\n",
    "speechmatics-python-sdk/tests/voice/test_07_languages.py": (
        '        path="./assets/languages/cmn_hans_cn_000328.wav",\n        transcript="博贝克。",\n'
        '        path="./assets/languages/ja_jp_000595.wav",\n        transcript="日本。",\n'
    ),
    "zhu-han.github.io/transliteration/index.html": (
        "<td>Mandarin: 地势西高</td>\n<td>Cantonese: 啲書詩交</td>\n"
        '<td><source src="./speech/Mandarin-to-Cantonese/common_voice_zh-CN_22224754.wav"/></td>\n'
        '<td><source src="./speech/Mandarin-to-Cantonese/地势西高.mp3"/></td>\n'
    ),
    "food/speech-annotation-demo/manifest.json": (
        '[{"audio_file": "audio/fleurs_zh_001.wav", "reference_text": "他 们 仍 在"},'
        ' {"audio_file": "audio/fleurs_zh_002.wav", "reference_text": "2 0 年"}]'
    ),
    "asr_finetuning/data/common_voice_zh-CN.json": (
        '{"path": "../assets/common_voice_zh-CN_18654296.mp3", "sentence": "乖孙啊"}\n'
    ),
    "2019-FlyAI-Life-Scene-Chinese-Speech-Recognition/demo/data/input/dev.csv": (
        "audio_path,label\nwav/common_voice_zh-CN_18571525.wav,明朝 政治人物\n"
        "wav/common_voice_zh-CN_1.wav,无此文件\n"
    ),
    "speech_text_render/examples/audios/zh/D4_750.txt": "苏北军的爱国将士",
    "zhu-han.github.io/omnivoice/index.html": (
        '<audio src="audios/minimax/prompt/common_voice_zh-CN_41581691.mp3"></audio><br/>语音识别</td>\n'
        '<audio src="audios/fleurs/prompt/zh_fleurs_cmn_hans_cn_108.wav"></audio><br/>新王国时期。</td>\n'
        '<audio src="audios/fleurs/generated/zh_fleurs_cmn_hans_cn_108_17.wav"></audio></td>\n'
    ),
}
SOUNDS = (
    "zhrtvc/data/samples/aishell3/wav/SSB00050112.wav",
    "icassp2022-zeroshot-tts-finegrained-spkemb/wavs/GT_recording/SSB06310009.wav",
    "E3TTS-web/samples/replace/chn/short/gt/SSB00180405.wav",
    "E3TTS-web/samples/unseen/chn/gt/SSB07490200.wav",
    "tacotron2_samples/audio/SSB17820001.wav",
    "codex-tts/web/audio/raw/SSB02410161.wav",
    "training-data/speech_recognition/chinese/AISHELL-3/demo/SSB03410428.mp3",
    "CycleGAN-VC2/data/S0913/BAC009S0913W0300.wav",
    "food/speech-annotation-demo/audio/fleurs_zh_001.wav",
    "food/speech-annotation-demo/audio/fleurs_zh_002.wav",
    "asr_finetuning/assets/common_voice_zh-CN_18654296.mp3",
    "2019-FlyAI-Life-Scene-Chinese-Speech-Recognition/demo/data/input/wav/common_voice_zh-CN_18571525.wav",
    "speech_text_render/examples/audios/zh/D4_750.wav",
    "zhu-han.github.io/omnivoice/audios/fleurs/prompt/zh_fleurs_cmn_hans_cn_108.wav",
    "zhu-han.github.io/omnivoice/audios/minimax/prompt/common_voice_zh-CN_41581691.mp3",
    "zhu-han.github.io/transliteration/speech/Mandarin-to-Cantonese/common_voice_zh-CN_22224754.wav",
    "icassp2022-zeroshot-tts-finegrained-spkemb/wavs/GT_recording/SSB06030005.wav",
    "training-data/speech_recognition/chinese/THCHS30/demo/C7_502.mp3",
    "MAE-VC/Demo/ConvertedSpeeches/Comapred with other methods/Aishell/M2M/2/SSB16240041.wav",
    "MAE-VC/Demo/ConvertedSpeeches/Comapred with other methods/Aishell/M2M/2/SSB16240041_to_SSB0005.wav",
    "FastSpeech2/demo/AISHELL3/SSB04700028_ground-truth.wav",
    "FastSpeech2/demo/AISHELL3/SSB04700028_synthesized.wav",
    "sos1sos2Sixteen.github.io/aishell3/audios/ps_org_3.wav",
    "sos1sos2Sixteen.github.io/aishell3/audios/ps_org_5.wav",
    "sos1sos2Sixteen.github.io/aishell3/audios/recon_org_1.wav",
    "novel2audiobook/voice_library/samples/aishell3_SSB0309.wav",
    "novel2audiobook/voice_library/samples/aishell3_SSB0711.wav",
    "cythc-github.io/wavs/GT/unseen/SSB05350003.wav",
    "charsiu/local/SSB18630063_16k.wav",
    "SingleVC/any2one/demo_page/ConvertedSpeeches/AISHELL/Cm1/1_BAC009S0112W0129.wav",
    "SingleVC/any2one/demo_page/ConvertedSpeeches/AISHELL/Cm1/2_BAC009S0112W0131_generated_e2e.wav",
    "SingleVC/any2one/demo_page/ConvertedSpeeches/AISHELL/Cf2/5_BAC009S0231W0165.wav",
    "OpenSpeaker/test_data/BAC009S0749W0480.wav",
    "masr/data_aishell/BAC009S0765W0124.wav",
    "DyTSwiG-SE/MandarinDemos/D21_777/D21_777 reference.wav",
    "DyTSwiG-SE/MandarinDemos/D21_777/D21_777 enhanced.wav",
    "Td-SENet/Demos/A4_204 clean.wav",
    "Td-SENet/Demos/A4_204 noisy.wav",
    "mos-test/audio/set1/SSB07160166.wav",
    "mos-test/audio/set2/SSB14370014.wav",
    "speechcraft2024/userstudy/6/train_SSB03540311.wav",
    "rocling2021_demo/audio/outside/Men/1187/gt.wav",
    "final-project/client/public/audio/SSB19560475.wav",
    "final-project/client/public/audio/F01_SSB19560475.wav",
    "wenet/test/resources/aishell-BAC009S0724W0121.wav",
    "F5-TTS/src/f5_tts/infer/examples/ref_audio/zh_male_09_aishell3_SSB0316.wav",
    "F5-TTS/src/f5_tts/infer/examples/ref_audio/zh_male_07_aishell3_SSB0817.wav",
    "speechmatics-python-sdk/tests/voice/assets/languages/cmn_hans_cn_000328.wav",
)
HISTORIES = {"Speech-Transformer", "Listen-Attend-Spell"}
"""Those of which old commits are read."""
SAID = {
    "aishell1-0112": "国家统计局",
    "aishell1-0724": "广州市",
    "aishell1-0749": "将对",
    "aishell1-0765": "她看",
    "aishell1-0913": "在最",
    "aishell3-0005": "那很不明智",
    "aishell3-0018": "星期六对吧",
    "aishell3-0241": "娱乐反斗星",
    "aishell3-0309": "七千九百",
    "aishell3-0316": "十月一日",
    "aishell3-0341": "我以后",
    "aishell3-0354": "全年",
    "aishell3-0470": "毕节市",
    "aishell3-0535": "四万",
    "aishell3-0539": "你对我",
    "aishell3-0603": "福田区",
    "aishell3-0631": "而且",
    "aishell3-0716": "有没有童话",
    "aishell3-0749": "我放弃这个想法",
    "aishell3-1187": "請幫我",
    "aishell3-1624": "这是你的房间",
    "aishell3-1782": "大豆病害有什麼",
    "aishell3-1863": "这不行",
    "aishell3-1956": "目前",
    "common-voice-18571525": "明朝政治人物",
    "common-voice-18654296": "乖孙啊",
    "common-voice-22224754": "地势西高",
    "common-voice-41581691": "语音识别",
    "fleurs-zh-000328": "博贝克",
    "fleurs-zh-001": "他们仍在",
    "fleurs-zh-108": "新王国时期",
    "thchs30-a4": "使用",
    "thchs30-c7": "六省区",
    "thchs30-d21": "随后",
    "thchs30-d4": "东北军的爱国将士",
}
"""Nothing that is not there, that was converted, synthesised, cut or drowned in noise, in which digits are written, or
of which it is not known who says it."""


def _clones(folder: Path) -> Path:
    for name, text in {**TOLD, **dict.fromkeys(SOUNDS, "")}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder


def test_every_repository_is_read_as_it_is_written(tmp_path: Path) -> None:
    assert {name.split("/")[0] for name in SOUNDS} == set(SOURCES) - HISTORIES
    voices = excerpts(_clones(tmp_path))
    assert {voice: [text for _, _, text in clips] for voice, clips in voices.items()} == {
        voice: [text] for voice, text in SAID.items()
    }
    assert all(path.is_file() and kind == "sentence" for clips in voices.values() for path, kind, _ in clips)
    made = ("enhanced", "noisy", "synthesized", "generated", "_to_", "F01")
    assert not any(word in path.stem for clips in voices.values() for path, _, _ in clips for word in made)


def test_a_recording_shown_twice_counts_once(tmp_path: Path) -> None:
    _clones(tmp_path)
    again = tmp_path / "codex-tts" / "web"
    (again / "app.js").write_text('{ uttId: "SSB00050112", text: "那很不明智" }', "utf-8")
    (again / "audio" / "raw" / "SSB00050112.wav").touch()
    [(path, _, _)] = excerpts(tmp_path)["aishell3-0005"]
    assert path.is_relative_to(tmp_path / "zhrtvc")


def test_what_is_not_cloned_is_left_out(tmp_path: Path) -> None:
    assert excerpts(tmp_path) == {}


def test_a_demonstration_that_was_drawn_anew_is_read_from_its_history(tmp_path: Path) -> None:
    lists = tmp_path / "SpeechRecognition_ASRT" / "data"
    lists.mkdir(parents=True)
    (lists / "aishell_test.txt").write_text(
        "x/BAC009S0765W0124.wav\tbing3 ding1\t丙丁\nx/BAC009S0764W0001.wav\tjia3 yi3\t甲乙\n"
        "x/BAC009S0766W0001.wav\tjia3 yi3\t甲乙\n",
        "utf-8",
    )
    clone = tmp_path / "Speech-Transformer"
    (clone / "audios").mkdir(parents=True)

    def commit(sounds: list[bytes], told: str, texts: list[str]) -> None:
        for number, sound in enumerate(sounds):
            (clone / "audios" / f"audio_{number}.wav").write_bytes(sound)
        if told:
            said = [{f"gt_{number}": f"<sos>{text}<eos>"} for number, text in enumerate(texts)]
            (clone / told).write_text(json.dumps(said), "utf-8")
        git = ("git", "-C", str(clone), "-c", "user.name=t", "-c", "user.email=t@example.org")
        subprocess.run((*git, "add", "."), check=True)
        subprocess.run((*git, "commit", "-qm", "again"), check=True)

    subprocess.run(("git", "init", "-q", str(clone)), check=True)
    commit([b"one", b"two"], "result.json", ["甲乙", "丙丁"])
    commit([b"three", b"two"], "results.json", ["戊己", "丙丁"])
    commit([b"four", b"five"], "", [])  # what these say is told nowhere: the list is that of the last set
    voices = excerpts(tmp_path)
    found = {clips[0][0].read_bytes(): clips[0][2] for clips in voices.values()}
    assert found == {b"one": "甲乙", b"two": "丙丁", b"three": "戊己"}
    known = {voice: clips for voice, clips in voices.items() if not voice.startswith("aishell1-test-")}
    assert {voice: clips[0][2] for voice, clips in known.items()} == {
        "aishell1-0765": "丙丁"
    }  # 甲乙 two people say
    assert all(len(clips) == 1 for clips in voices.values())
